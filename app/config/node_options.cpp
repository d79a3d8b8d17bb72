#include "app/config/node_options.hpp"

#include <algorithm>

namespace baseplate::app {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;
constexpr std::uint64_t gib = 1024 * mib;
constexpr std::uint64_t minute_ms = 60'000;

void read_tls(object_reader& http, http_config& out) {
  auto value = http.take("tls");
  if (!value)
    return;
  object_reader tls{*value, http.pointer_to("tls"), http.faults()};
  if (!tls.valid())
    return;
  tls_config files;
  for (auto [key, target] : {std::pair{"certificate_file", &files.certificate_file},
                             std::pair{"private_key_file", &files.private_key_file}})
    if (!tls.text(key, *target) && !tls.take(key))
      tls.fault(key, "is missing");
  tls.finish();
  out.tls = std::move(files);
}

void read_http(const json::value& value, std::string pointer, http_config& out,
               fault_list& faults) {
  object_reader http{value, std::move(pointer), faults};
  http.text("host", out.host, 1, 255);
  http.number("port", out.port, 0, 65535);
  http.number("header_bytes_max", out.header_bytes_max, kib, mib);
  http.number("body_bytes_max", out.body_bytes_max, kib, 64 * mib);
  http.number("json_depth_max", out.json_depth_max, 4, 512);
  http.number("connections_max", out.connections_max, 1, 100'000);
  http.number("pipelined_requests_max", out.pipelined_requests_max, 1, 1024);
  http.milliseconds("request_timeout_ms", out.request_timeout, 100, 10 * minute_ms);
  http.milliseconds("idle_timeout_ms", out.idle_timeout, 100, 60 * minute_ms);
  http.milliseconds("write_timeout_ms", out.write_timeout, 100, 10 * minute_ms);
  http.milliseconds("reply_timeout_ms", out.reply_timeout, 100, 10 * minute_ms);
  read_tls(http, out);
  http.finish();
}

void read_journal(const json::value& value, std::string pointer, journal_config& out,
                  fault_list& faults) {
  object_reader journal{value, std::move(pointer), faults};
  journal.number("segment_bytes", out.segment_bytes, mib, gib);
  journal.number("checkpoint_log_bytes", out.checkpoint_log_bytes, mib, 16 * gib);
  journal.number("checkpoint_dirty_keys", out.checkpoint_dirty_keys, 1000, 50'000'000);
  journal.milliseconds("checkpoint_interval_ms", out.checkpoint_interval, 1000, 60 * minute_ms);
  journal.number("pending_bytes_max", out.pending_bytes_max, mib, 4 * gib);
  journal.number("ring_bytes", out.ring_bytes, mib, 4 * gib);
  journal.finish();
}

void read_supervision(const json::value& value, std::string pointer, supervision_config& out,
                      fault_list& faults) {
  object_reader supervision{value, std::move(pointer), faults};
  supervision.number("intensity", out.intensity, 0, 1000);
  supervision.milliseconds("period_ms", out.period, 100, 60 * minute_ms);
  supervision.milliseconds("backoff_min_ms", out.backoff_min, 1, 10 * minute_ms);
  supervision.milliseconds("backoff_max_ms", out.backoff_max, 1, 10 * minute_ms);
  if (out.backoff_max < out.backoff_min)
    supervision.fault("backoff_max_ms", "must not be below backoff_min_ms, "
                                            + std::to_string(out.backoff_min.count()));
  supervision.finish();
}

bool is_level(std::string_view text) {
  static constexpr std::string_view levels[]
      = {"trace", "debug", "info", "warn", "error", "critical", "off"};
  return std::find(std::begin(levels), std::end(levels), text) != std::end(levels);
}

constexpr std::string_view level_fault
    = "must be one of trace, debug, info, warn, error, critical, off";

void read_log(const json::value& value, std::string pointer, log_config& out, fault_list& faults) {
  object_reader log{value, std::move(pointer), faults};
  if (log.text("level", out.level, 0) && !is_level(out.level))
    log.fault("level", std::string{level_fault});
  std::size_t format = 0;
  if (log.choice("format", format, {"text", "json"}))
    out.format = format == 0 ? log_format::text : log_format::json;
  for (auto& [name, level] : log.members("levels")) {
    auto text = level->if_string();
    if (!text || !is_level({text->data(), text->size()}))
      faults.push_back({child_pointer(log.pointer_to("levels"), name), std::string{level_fault}});
    else
      out.levels.emplace_back(name, std::string{text->data(), text->size()});
  }
  log.finish();
}

bool is_account(std::string_view text) {
  return text.size() == 12
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

} // namespace

void read_node_options(const json::value& document, node_config& out, fault_list& faults) {
  object_reader node{document, {}, faults};
  std::string description;
  node.text("description", description, 0);
  node.text("data_dir", out.data_dir);
  if (node.text("account", out.account) && !is_account(out.account))
    node.fault("account", "must be 12 digits");
  if (node.text("region", out.region) && !is_region(out.region))
    node.fault("region", "must be 1 to 64 characters of a-z 0-9 -");
  node.milliseconds("drain_timeout_ms", out.drain_timeout, 100, 10 * minute_ms);
  if (auto value = node.take("http"))
    read_http(*value, "/http", out.http, faults);
  if (auto value = node.take("journal"))
    read_journal(*value, "/journal", out.journal, faults);
  if (auto value = node.take("supervision"))
    read_supervision(*value, "/supervision", out.supervision, faults);
  if (auto value = node.take("log"))
    read_log(*value, "/log", out.log, faults);
  node.finish();
}

} // namespace baseplate::app
