// Notices of the provider for tests.
#pragma once

#include "messages/json/encode.hpp"
#include "messages/payments.hpp"

#include <string>

namespace baseplate::test {

inline psp_notice notice(std::string id, payment_type type, bool success = true,
                         std::int64_t amount_minor = 1999) {
  psp_notice out;
  out.id = std::move(id);
  out.order_id = "o-1";
  out.payment_id = "pay-1";
  out.type = type;
  out.success = success;
  out.amount_minor = amount_minor;
  out.currency = "EUR";
  return out;
}

} // namespace baseplate::test
