// A few thousand events of a web shop, made from a seed, for micro benchmarks.
#pragma once

#include "messages/event.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace baseplate::bench {

/// Page events (7 of 10) and payments, about 600 bytes of envelope each; the same for the same
/// seed.
inline std::vector<std::string> sample_details(std::size_t count, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    std::string id, other;
    append_uuid(id, random(), random());
    append_uuid(other, random(), random());
    auto number = std::to_string(random() % 80'000);
    if (random() % 10 < 7)
      out.push_back(
          R"({"meta_data":{"site_id":"shop.example.com","session_cookie_id":")" + id
          + R"(","cross_session_cookie_id":")" + other
          + R"(","timestamp":1734000000000,"locale":"en-GB","event_type":"page_event","event_subtype":"page_view","event_source":"browser","event_url":"/product/)"
          + number
          + R"j(","user_agent":"Mozilla/5.0 (X11; Linux x86_64)"},"data":{"page_type":"product","page_id":")j"
          + number + R"("}})");
    else
      out.push_back(
          R"({"metadata":{"domain":"SHOP-PAYMENTS","service":"service-payments","type":"AUTHORISATION","status":"true"},"data":{"currency":"EUR","amount_minor":)"
          + number + R"(,"paymentReference":")" + id + R"(","order_id":")" + other
          + R"(","eventDate":"2026-01-31T12:00:00Z","merchantAccount":"merchant-)" + number
          + R"(","countryCode":"DK","source_ip":"10.0.0.1"}})");
  }
  return out;
}

inline void append_sample(std::string& out, const std::string& detail) {
  auto page = detail.starts_with("{\"meta_data\"");
  envelope_parts parts;
  parts.id = "6f1a5c1e-0b8e-4b1d-9a54-0d2f0f2f8a11";
  parts.source = page ? "shop.web" : "service-payments";
  parts.detail_type = page ? "page_event" : "payment";
  parts.time = "2026-01-31T12:00:00Z";
  parts.detail = detail;
  append_envelope(out, parts);
}

inline event_batch sample_batch(const std::vector<std::string>& details, std::size_t first,
                                std::size_t count) {
  event_batch batch;
  for (std::size_t i = 0; i < count; ++i) {
    auto before = batch.bytes.size();
    append_sample(batch.bytes, details[(first + i) % details.size()]);
    batch.events.push_back({1, static_cast<std::uint32_t>(batch.bytes.size() - before)});
  }
  return batch;
}

} // namespace baseplate::bench
