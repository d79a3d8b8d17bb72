#include "actors/gateway/logic/openapi.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace baseplate::gateway {

TEST(OpenApi, DescribesEveryRouteOnce) {
  auto routes = built_in_routes();
  documented_route own;
  own.method = "POST";
  own.path = "/v1/shop/orders/{id}/cancel";
  own.summary = "Cancel \"it\"";
  own.request_types = {"application/json"};
  routes.push_back(own);
  const auto document = boost::json::parse(render_openapi("1.2.3", routes));
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  EXPECT_EQ(document.at("info").at("version").as_string(), "1.2.3");
  const auto& paths = document.at("paths").as_object();
  std::size_t operations = 0;
  for (auto& path : paths)
    operations += path.value().as_object().size();
  EXPECT_EQ(operations, routes.size());
  const auto& cancel = paths.at("/v1/shop/orders/{id}/cancel").at("post");
  EXPECT_EQ(cancel.at("summary").as_string(), "Cancel \"it\"");
  EXPECT_EQ(cancel.at("parameters").at(0).at("name").as_string(), "id");
  EXPECT_EQ(cancel.at("parameters").at(0).at("in").as_string(), "path");
  EXPECT_TRUE(cancel.at("parameters").at(0).at("required").as_bool());
  EXPECT_TRUE(cancel.at("requestBody").at("content").as_object().contains("application/json"));
  const auto& reference
      = cancel.at("responses").at("default").at("content").at("application/json").at("schema");
  EXPECT_EQ(reference.at("$ref").as_string(), "#/components/schemas/error");
  const auto& error = document.at("components").at("schemas").at("error");
  EXPECT_EQ(error.at("required").as_array().size(), 1u);
  EXPECT_EQ(
      error.at("properties").at("error").at("properties").at("pointer").at("type").as_string(),
      "string");
}

} // namespace baseplate::gateway
