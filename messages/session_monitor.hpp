// Page events as web sites stream them, and the sessions that follow from them.
#pragma once

#include "messages/identity.hpp"
#include "messages/json/raw_json.hpp"
#include "messages/shop.hpp"

#include <optional>
#include <string>

namespace baseplate {

/// The head of an event in the streaming form.
struct page_meta_data {
  std::string site_id;
  std::string session_cookie_id;
  std::string cross_session_cookie_id;
  /// The client's clock, Unix time in ms; not trusted.
  unix_ms timestamp = 0;
  std::string locale;
  std::string event_type;
  std::string event_subtype;
  std::string event_source;
  std::string event_url;
  std::string user_agent;
};
BOOST_DESCRIBE_STRUCT(page_meta_data, (),
                      (site_id, session_cookie_id, cross_session_cookie_id, timestamp, locale,
                       event_type, event_subtype, event_source, event_url, user_agent))

constexpr auto member_rules(const page_meta_data*) {
  return std::array{
      member_rule{.member = "site_id", .length_max = 256, .example = "shop.example.com"},
      member_rule{.member = "session_cookie_id",
                  .description = "The key of the session.",
                  .length_min = 1,
                  .length_max = 256,
                  .example = "549a3a9c-1bac-0ad4-01d1-9e6daf5133c3"},
      member_rule{.member = "cross_session_cookie_id",
                  .description = "The visitor.",
                  .length_max = 256,
                  .example = "ff00f4bf-12a0-a508-b1a9-10f4805d3b10",
                  .defaulted = true},
      member_rule{.member = "timestamp",
                  .description = "The client's clock, Unix time in milliseconds; not trusted."},
      member_rule{.member = "locale", .length_max = 35, .example = "en-GB", .defaulted = true},
      member_rule{
          .member = "event_type", .length_min = 1, .length_max = 64, .example = "page_event"},
      member_rule{
          .member = "event_subtype", .length_max = 64, .example = "page_view", .defaulted = true},
      member_rule{
          .member = "event_source", .length_max = 64, .example = "browser", .defaulted = true},
      member_rule{.member = "event_url",
                  .length_max = 8192,
                  .example = "/product/10281",
                  .defaulted = true},
      member_rule{
          .member = "user_agent", .length_max = 8192, .example = "Mozilla/5.0", .defaulted = true},
  };
}

/// Event: something happened on a page. `data` is the site's own.
struct page_event {
  static constexpr std::string_view detail_type = "page_event";
  page_meta_data meta_data;
  raw_json data;
};
BOOST_DESCRIBE_STRUCT(page_event, (), (meta_data, data))

constexpr auto member_rules(const page_event*) {
  return std::array{
      member_rule{.member = "data", .description = "The site's own.", .defaulted = true},
  };
}

/// Which clock a session goes by.
enum class session_time : std::uint8_t {
  /// When the node took the events.
  arrival = 0,
  /// The events' own timestamps: imported history.
  event = 1,
};
BOOST_DESCRIBE_ENUM(session_time, arrival, event)

struct session_event_data {
  std::string session_id;
  /// The visitor; may be empty.
  std::string user_id;
  /// May be empty.
  std::string site_id;
  /// Unix time in ms, in the clock that `time` names; the next two as well.
  unix_ms started_at_ms = 0;
  unix_ms last_seen_at_ms = 0;
  /// With EXPIRED only.
  std::optional<unix_ms> expired_at_ms;
  /// How long it had been quiet when it expired; else 0.
  std::uint32_t idle_seconds = 0;
  /// Page events of this session so far.
  std::uint64_t events = 0;
  session_time time = session_time::arrival;
};
BOOST_DESCRIBE_STRUCT(session_event_data, (),
                      (session_id, user_id, site_id, started_at_ms, last_seen_at_ms, expired_at_ms,
                       idle_seconds, events, time))

constexpr auto member_rules(const session_event_data*) {
  return std::array{
      shop_rules::session_id,
      member_rule{.member = "user_id",
                  .length_max = 256,
                  .example = "ff00f4bf-12a0-a508-b1a9-10f4805d3b10",
                  .defaulted = true},
      member_rule{
          .member = "site_id", .length_max = 256, .example = "shop.example.com", .defaulted = true},
      member_rule{.member = "started_at_ms",
                  .json = "started_at",
                  .description = "Unix time in milliseconds."},
      member_rule{.member = "last_seen_at_ms",
                  .json = "last_seen_at",
                  .description = "Unix time in milliseconds."},
      member_rule{.member = "expired_at_ms",
                  .json = "expired_at",
                  .description = "Unix time in milliseconds; with EXPIRED only."},
      member_rule{.member = "idle_seconds", .defaulted = true},
      member_rule{.member = "events", .description = "Page events of this session so far."},
      member_rule{.member = "time",
                  .description = "Which clock the times go by: the node's or the events' own.",
                  .defaulted = true},
  };
}

/// Event: metadata.type STARTED, RENEWED or EXPIRED.
struct session_event {
  static constexpr std::string_view detail_type = "session";
  static constexpr std::string_view first_type = "STARTED";
  static constexpr const shop_service& origin = session_service;
  event_metadata metadata;
  session_event_data data;
};
BOOST_DESCRIBE_STRUCT(session_event, (), (metadata, data))

} // namespace baseplate
