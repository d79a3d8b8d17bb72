#include "tests/simulation/client.hpp"

#include "actors/payments/logic/webhook_signature.hpp"
#include "actors/supervision/handlers.hpp"
#include "messages/caf/inspect.hpp"

#include <caf/all.hpp>

namespace baseplate::simulation {

namespace {

const std::string webhook_secret = "a-secret-of-the-simulation";

} // namespace

client::client(caf::actor_system& system, app::node& node, outside& world, wall_clock now,
               std::shared_ptr<bool> dead)
    : node_(node), world_(world), now_(std::move(now)),
      pending_(std::make_shared<std::map<std::uint64_t, request>>()) {
  actor_ = system.spawn([pending = pending_, dead, &world](caf::event_based_actor* self) {
    supervision::install_default_handlers(self);
    return caf::behavior{
        [=, &world](const published& x) {
          auto i = pending->find(x.request);
          if (*dead || i == pending->end())
            return;
          world.acknowledged.insert(i->second.ids.begin(), i->second.ids.end());
          pending->erase(i);
        },
        [=, &world](const publish_refused& x) {
          auto i = pending->find(x.request);
          if (*dead || i == pending->end())
            return;
          if (i->second.webhook)
            world.webhooks.push_back(*i->second.webhook);
          pending->erase(i);
        },
    };
  });
}

void client::publish_events(const std::string& bus, const std::vector<route_event>& events,
                            std::optional<owed_webhook> webhook) {
  const auto id = node_.names->bus(bus);
  if (!id) { // not declared yet: the gateway would answer 503
    if (webhook)
      world_.webhooks.push_back(*webhook);
    return;
  }
  publish out;
  out.request = ++requests_;
  out.batch.ingested_at_ms = now_();
  request waiting;
  const bool webhook_copy = webhook.has_value();
  waiting.webhook = std::move(webhook);
  const auto time = to_rfc3339(now_());
  for (auto& event : events) {
    const auto before = out.batch.bytes.size();
    envelope_parts parts;
    // Two copies of a webhook within a millisecond have one id; here every event has its own.
    const auto event_id
        = webhook_copy ? named_uuid(event.id + std::to_string(requests_)) : event.id;
    parts.id = event_id;
    parts.source = event.source;
    parts.detail_type = event.detail_type;
    parts.time = time;
    parts.detail = event.detail;
    append_envelope(out.batch.bytes, parts);
    out.batch.events.push_back({*id, static_cast<std::uint32_t>(out.batch.bytes.size() - before)});
    waiting.ids.push_back(event_id);
    world_.sent.insert(event_id);
  }
  pending_->emplace(out.request, std::move(waiting));
  caf::send_as(actor_, caf::actor_cast<caf::actor>(node_.journal), std::move(out));
}

void client::post(const std::string& method, const std::string& path, http_request request,
                  std::optional<owed_webhook> webhook) {
  request.method = method;
  request.path = path;
  for (auto& route : node_.routes)
    if (route.method == method && route.path == path) {
      auto decision = route.decide(request, now_());
      if (!decision.publish.empty())
        publish_events(route.bus, decision.publish, std::move(webhook));
      return;
    }
}

void client::place_order() {
  http_request request;
  request.headers = {{"content-type", "application/json"},
                     {"idempotency-key", "order-" + std::to_string(below(400))}};
  const auto customer = "c" + std::to_string(below(20));
  request.body
      = R"({"customer":{"id":")" + customer + R"(","email":")" + customer
        + R"(@example.com","marketing_consent":true},"locale":"en-GB","country_code":"GB",)"
          R"("currency":"GBP","items":[{"sku":"10497","quantity":1,"price_minor":)"
        + std::to_string(100 + below(9000)) + "}]}";
  post("POST", "/v1/shop/orders", std::move(request), std::nullopt);
}

void client::look_at_pages(std::size_t count) {
  std::vector<route_event> events;
  for (std::size_t i = 0; i < count; ++i) {
    const auto session = "s" + std::to_string(below(12));
    const auto history = below(3) == 0;
    const auto at
        = history ? unix_ms{1'400'000'000'000} + static_cast<unix_ms>(below(100) * 60'000) : now_();
    route_event event;
    event.id = named_uuid("page-" + std::to_string(world_.random()));
    event.source = "shop.web";
    event.detail_type = "page_event";
    event.detail
        = R"({"meta_data":{"site_id":"shop.example.com","session_cookie_id":")" + session
          + R"(","cross_session_cookie_id":"x","timestamp":)" + std::to_string(at)
          + R"(,"locale":"en-GB","event_type":"page_event","event_subtype":"page_view",)"
            R"("event_source":"browser","event_url":"/bag","user_agent":"u"},)"
            R"("data":{"page_type":"bag","page_id":"bag","customer_id":"c1","email":"c1@example.com"}})";
    events.push_back(std::move(event));
  }
  publish_events("default", events, std::nullopt);
}

void client::say_something() {
  switch (below(4)) {
  case 0:
  case 1:
    return place_order();
  case 2:
    return look_at_pages(1 + below(3));
  default:
    return look_at_pages(5 + below(20));
  }
}

void client::send_webhook() {
  if (world_.webhooks.empty())
    return;
  auto webhook = std::move(world_.webhooks.front());
  world_.webhooks.pop_front();
  http_request request;
  request.headers
      = {{"content-type", "application/json"},
         {"psp-signature", payments::sign_webhook({webhook_secret}, webhook.body, now_() / 1000)}};
  request.body = webhook.body;
  post("POST", "/v1/webhooks/psp", std::move(request), std::move(webhook));
}

void client::give_up_waiting() {
  for (auto& [id, waiting] : *pending_)
    if (waiting.webhook)
      world_.webhooks.push_back(std::move(*waiting.webhook));
  pending_->clear();
}

} // namespace baseplate::simulation
