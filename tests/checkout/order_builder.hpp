// Orders for tests: a good one, and variations of it.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <string>

namespace baseplate::test {

/// A body that is taken; its total is quantity 2 × price 950 + `rest_minor`.
inline boost::json::object order_body(std::int64_t rest_minor = 99,
                                      const std::string& customer = "c-1") {
  return boost::json::parse(
             R"({"customer":{"id":")" + customer + R"(","email":")" + customer
             + R"(@example.com","marketing_consent":true},"locale":"en-GB","country_code":"GB",)"
               R"("currency":"EUR","items":[{"sku":"10001","quantity":2,"price_minor":950},)"
               R"({"sku":"10002","quantity":1,"price_minor":)"
             + std::to_string(rest_minor) + "}]}")
      .as_object();
}

} // namespace baseplate::test
