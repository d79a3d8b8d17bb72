#include "app/cli/tail_command.hpp"

#include "app/cli/exit_code.hpp"
#include "app/cli/interruption.hpp"
#include "app/client/sse_parser.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

namespace baseplate::app {

namespace json = boost::json;

namespace {

class tail_run {
 public:
  explicit tail_run(const tail_options& options) : options_(options) {}

  int run() {
    for (std::uint32_t attempt = 0;; ++attempt) {
      auto printed_before = printed_;
      auto response = connect();
      std::fflush(stdout);
      if (finished_ || output_gone_)
        return exit_ok;
      if (interrupted())
        return exit_interrupted_or_ok();
      if (response.status != 0 && response.status != 200 && response.status != 503
          && response.status != 429) {
        std::fprintf(stderr, "%s\n", describe_failure(response).c_str());
        return response.status == 400 ? exit_usage : exit_failure;
      }
      connected_ = connected_ || response.status == 200;
      if (!connected_) {
        std::fprintf(stderr, "%s: %s\n", options_.client.url.c_str(),
                     describe_failure(response).c_str());
        return exit_unreachable;
      }
      if (printed_ != printed_before)
        attempt = 0;
      std::fprintf(stderr, "connection lost%s; connecting again\n",
                   response.error.empty() ? "" : (": " + response.error).c_str());
      pause(attempt);
      if (interrupted())
        return exit_interrupted_or_ok();
    }
  }

 private:
  /// Following has no end of its own: to stop it by a signal is how it is meant to be used.
  int exit_interrupted_or_ok() const {
    return options_.follow && options_.count == 0 ? exit_ok : exit_interrupted;
  }

  client_response connect() {
    auto remaining
        = options_.count == 0 ? std::string{} : std::to_string(options_.count - printed_);
    auto path = "/v1/tail"
                + query_of({{"bus", options_.bus},
                            {"from", last_id_.empty() ? options_.from : std::string{}},
                            {"pattern", options_.pattern},
                            {"count", remaining},
                            {"follow", options_.follow ? "" : "false"}});
    std::vector<std::string> headers{"Accept: text/event-stream"};
    if (!last_id_.empty())
      headers.push_back("Last-Event-ID: " + last_id_);
    sse_parser parser{[this](const sse_message& message) { take(message); }};
    return stream_get(options_.client, path, headers, [&](std::string_view bytes) {
      if (bytes.empty())
        return !interrupted() && !finished_;
      auto fits = parser.feed(bytes);
      if (!fits)
        std::fprintf(stderr, "an event is larger than 64 MiB\n");
      std::fflush(stdout);
      if (std::ferror(stdout))
        output_gone_ = true;
      return fits && !finished_ && !output_gone_ && !interrupted();
    });
  }

  void take(const sse_message& message) {
    if (finished_ || output_gone_)
      return;
    if (message.event == "caught-up") {
      finished_ = !options_.follow;
      return;
    }
    if (message.event == "gap") {
      std::fprintf(stderr, "gap: retention removed events: %s\n", message.data.c_str());
      return;
    }
    if (message.event == "error") {
      std::fprintf(stderr, "error: %s\n", message.data.c_str());
      return;
    }
    if (message.event != "message")
      return;
    auto line = options_.json ? message.data : render_tail_line(message.data);
    line += '\n';
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size())
      output_gone_ = true;
    last_id_ = message.id;
    if (++printed_ == options_.count)
      finished_ = true;
  }

  static void pause(std::uint32_t attempt) {
    auto wait_ms = std::min<std::int64_t>(5'000, std::int64_t{100} << std::min(attempt, 6u));
    for (; wait_ms > 0 && !interrupted(); wait_ms -= 50)
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }

  const tail_options& options_;
  std::uint64_t printed_ = 0;
  std::string last_id_;
  bool connected_ = false;
  bool finished_ = false;
  bool output_gone_ = false;
};

} // namespace

std::string render_tail_line(const std::string& event_json) {
  json::error_code ec;
  auto value = json::parse(event_json, ec);
  auto object = ec ? nullptr : value.if_object();
  if (!object)
    return event_json;
  auto part = [&](const char* name) {
    auto member = object->if_contains(name);
    if (!member)
      return std::string{"-"};
    if (auto string = member->if_string())
      return std::string{string->data(), string->size()};
    return json::serialize(*member);
  };
  // Text of others goes to a terminal: control characters would drive it.
  auto line = part("sequence") + "  " + part("time") + "  " + part("source") + "  "
              + part("detail-type") + "  ";
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return line + part("detail");
}

int run_tail(const tail_options& options) {
  watch_interruption();
  return tail_run{options}.run();
}

} // namespace baseplate::app
