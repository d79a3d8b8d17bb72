#include "app/logging.hpp"

#include "messages/event.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <set>

namespace baseplate::app {

namespace {

/// The message as a JSON string: a line stays a line whatever is in it.
class json_message final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    std::string text;
    append_json_string(text, {message.payload.data(), message.payload.size()});
    out.append(text.data(), text.data() + text.size());
  }

  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<json_message>();
  }
};

std::unique_ptr<spdlog::formatter> make_formatter(log_format format) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  if (format == log_format::json)
    formatter->add_flag<json_message>('*').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","logger":"%n","message":%*})");
  else
    formatter->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-8l %n: %v");
  return formatter;
}

} // namespace

void start_logging(const log_config& config, const std::vector<std::string>& names) {
  spdlog::drop_all();
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  std::set<std::string> all{names.begin(), names.end()};
  for (auto& [name, level] : config.levels)
    all.insert(name);
  all.erase("node");
  auto make = [&](const std::string& name) {
    auto logger = std::make_shared<spdlog::logger>(name, sink);
    logger->set_formatter(make_formatter(config.format));
    logger->set_level(spdlog::level::from_str(config.level));
    logger->flush_on(spdlog::level::warn);
    return logger;
  };
  spdlog::set_default_logger(make("node"));
  for (auto& name : all)
    spdlog::register_logger(make(name));
  for (auto& [name, level] : config.levels)
    spdlog::get(name)->set_level(spdlog::level::from_str(level));
}

std::vector<std::string> platform_logger_names() {
  return {"bus", "gateway", "group", "journal", "outbound", "registrar", "supervision"};
}

void flush_logs() {
  spdlog::apply_all([](const std::shared_ptr<spdlog::logger>& logger) { logger->flush(); });
}

} // namespace baseplate::app
