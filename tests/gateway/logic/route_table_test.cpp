#include "actors/gateway/logic/route_table.hpp"

#include <gtest/gtest.h>

namespace baseplate::gateway {

namespace {

using kind = route_match::kind;

struct RouteTable : ::testing::Test {
  RouteTable() {
    table.add("GET", "/", endpoint::index);
    table.add("POST", "/", endpoint::aws);
    table.add("GET", "/v1/orders/{id}", endpoint::group_route, 1);
    table.add("POST", "/v1/orders/{id}/cancel", endpoint::group_route, 2);
    table.add("GET", "/v1/orders/{id}/{what}", endpoint::group_route, 3);
    table.add("GET", "/v1/{any}/newest", endpoint::group_route, 4);
    table.add("GET", "/v1/orders/newest", endpoint::group_route, 5);
  }

  route_table table;
};

} // namespace

TEST_F(RouteTable, FindsLiteralsAndNames) {
  struct match_case {
    const char* method;
    const char* path;
    kind result;
    std::size_t index;
  };

  const match_case cases[] = {
      {"GET", "/", kind::found, 0},
      {"HEAD", "/", kind::found, 0},
      {"PUT", "/", kind::method_not_allowed, 0},
      {"GET", "/v1/orders/7", kind::found, 1},
      {"POST", "/v1/orders/7/cancel", kind::found, 2},
      {"GET", "/v1/orders/7/events", kind::found, 3},
      {"GET", "/v1/orders/newest", kind::found, 5},
      {"GET", "/v1/payments/newest", kind::found, 4},
      {"HEAD", "/v1/orders/7/cancel", kind::method_not_allowed, 0},
      {"GET", "/v1/orders/", kind::not_found, 0},
      {"GET", "/v1/orders", kind::not_found, 0},
      {"GET", "/v1/orders/7/events/8", kind::not_found, 0},
      {"GET", "/v1/orders/%zz", kind::bad_encoding, 0},
      {"GET", "v1", kind::not_found, 0},
      {"GET", "", kind::not_found, 0},
      {"GET", "//", kind::not_found, 0},
  };
  for (auto& one : cases) {
    const auto got = table.match(one.method, one.path);
    EXPECT_EQ(got.result, one.result) << one.method << " " << one.path;
    if (one.result == kind::found) {
      EXPECT_EQ(got.index, one.index) << one.method << " " << one.path;
    }
  }
}

TEST_F(RouteTable, DecodesTheValuesOfNames) {
  EXPECT_EQ(table.match("GET", "/v1/orders/a%2Fb/c%20d").path_values,
            (std::vector<std::string>{"a/b", "c d"}));
}

TEST_F(RouteTable, ListsWhatAPathAllows) {
  EXPECT_EQ(table.allowed("/"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(table.allowed("/v1/orders/7/cancel"), "POST, OPTIONS");
  EXPECT_EQ(table.allowed("/nowhere"), "");
}

TEST_F(RouteTable, RefusesContradictingRoutes) {
  EXPECT_THROW(table.add("GET", "/", endpoint::index), std::invalid_argument);
  EXPECT_THROW(table.add("GET", "/v1/orders/{other}", endpoint::index), std::invalid_argument);
  EXPECT_THROW(table.add("GET", "no/slash", endpoint::index), std::invalid_argument);
  EXPECT_THROW(table.add("GET", "/half{name}", endpoint::index), std::invalid_argument);
  EXPECT_THROW(table.add("", "/x", endpoint::index), std::invalid_argument);
}

} // namespace baseplate::gateway
