#include "app/cli/put_command.hpp"

#include "app/cli/exit_code.hpp"
#include "app/cli/interruption.hpp"
#include "app/cli/progress.hpp"
#include "app/client/batch_result.hpp"
#include "app/client/input_lines.hpp"
#include "messages/event.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <random>

namespace baseplate::app {

namespace json = boost::json;

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t errors_kept_max = 100;
constexpr std::int64_t backoff_first_ms = 100;
constexpr std::int64_t backoff_last_ms = 5'000;

/// Records on their way, and the lines that they come from.
struct batch {
  std::vector<std::string> records;
  std::vector<std::uint64_t> lines;
  std::size_t bytes = 0;
  std::uint32_t attempts = 0;
  clock::time_point due{};
};

struct put_error {
  std::uint64_t line = 0;
  std::string code;
  std::string message;
  std::string pointer;
};

class put_run {
 public:
  explicit put_run(const put_options& options)
      : options_(options), input_(options.file),
        reader_(options.lines, [this] { return make_id(); }),
        poster_(options.client, options.connections), progress_(options.quiet) {}

  int run() {
    for (;;) {
      if (interrupted() || !fatal_.empty())
        drop_waiting();
      start_what_may_start();
      if (poster_.in_flight() == 0 && waiting_.empty() && !reading())
        break;
      poster_.poll(wait_ms());
      progress_.show(input_.fraction(), accepted_, note_);
    }
    progress_.finish();
    if (!input_.error().empty())
      add_error({input_.line(), "InputFault", input_.error(), ""});
    print_summary();
    return verdict();
  }

 private:
  std::string make_id() {
    std::string id;
    append_uuid(id, random_(), random_());
    return id;
  }

  bool reading() const { return !input_.at_end() && !interrupted() && fatal_.empty(); }

  void start_what_may_start() {
    while (poster_.has_free_slot() && fatal_.empty()) {
      auto now = clock::now();
      if (!waiting_.empty()) {
        // What has to be sent again goes first, and alone keeps new batches back: the node is under
        // pressure.
        if (waiting_.front().due > now)
          return;
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        send(std::move(next));
        continue;
      }
      if (!reading() || now < next_slot_)
        return;
      auto next = read_batch();
      if (next.records.empty())
        return;
      if (options_.rate > 0) {
        auto step = std::chrono::duration<double>{static_cast<double>(next.records.size())
                                                  / options_.rate};
        auto begin = std::max(next_slot_, now - milliseconds{20});
        next_slot_ = begin + std::chrono::duration_cast<clock::duration>(step);
      }
      send(std::move(next));
    }
  }

  std::size_t batch_events() const {
    // A capped rate is kept in pieces of a tenth of a second, not in bursts of a whole batch.
    if (options_.rate <= 0)
      return options_.batch_events;
    return std::clamp<std::size_t>(static_cast<std::size_t>(options_.rate / 10), 1,
                                   options_.batch_events);
  }

  batch read_batch() {
    batch out;
    while (out.records.size() < batch_events() && out.bytes < options_.batch_bytes_max) {
      if (!out.records.empty() && input_.would_wait())
        break;
      auto line = input_.next();
      if (!line)
        break;
      if (line->find_first_not_of(" \t") == std::string_view::npos)
        continue;
      ++read_;
      auto record = reader_.read(*line);
      if (!record) {
        add_error({input_.line(), "InvalidLine", record.error().reason, record.error().pointer});
        continue;
      }
      out.bytes += record->size() + 1;
      out.records.push_back(std::move(*record));
      out.lines.push_back(input_.line());
    }
    return out;
  }

  void send(batch next) {
    ++next.attempts;
    std::string body;
    body.reserve(next.bytes);
    for (auto& record : next.records) {
      body += record;
      body += '\n';
    }
    poster_.post("/v1/events", "application/x-ndjson", std::move(body),
                 [this, next = std::move(next)](client_response response, std::string) mutable {
                   finish(std::move(next), response);
                 });
  }

  void finish(batch done, const client_response& response) {
    auto result = read_batch_result(response, done.records.size());
    switch (result.verdict) {
    case batch_verdict::answered:
      accepted_ += result.accepted;
      last_success_ = clock::now();
      reached_ = true;
      note_.clear();
      for (auto& refusal : result.refusals)
        add_error({done.lines[refusal.record], refusal.code, refusal.message, refusal.pointer});
      return;
    case batch_verdict::again:
      reached_ = reached_ || response.status != 0;
      try_again(std::move(done), response, result.reason);
      return;
    case batch_verdict::halve:
      reached_ = true;
      halve(std::move(done));
      return;
    case batch_verdict::refused:
      reached_ = true;
      for (auto line : done.lines)
        add_error({line, "HTTP" + std::to_string(response.status), result.reason, ""});
      if (response.status != 400 && response.status != 413 && response.status != 422)
        fatal_ = result.reason;
      return;
    }
  }

  void try_again(batch done, const client_response& response, const std::string& reason) {
    auto now = clock::now();
    if (now - last_success_ > milliseconds{options_.retry_for_ms}) {
      fatal_ = reason;
      for (auto line : done.lines)
        add_error({line, response.status == 0 ? "Unreachable" : "Refused", reason, ""});
      return;
    }
    auto delay = std::min(backoff_last_ms, backoff_first_ms << std::min(done.attempts - 1, 10u));
    delay += static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(delay / 2 + 1));
    done.due = now + milliseconds{std::max(delay, response.retry_after_ms)};
    note_ = "waiting: " + reason;
    ++retries_;
    auto at
        = std::find_if(waiting_.begin(), waiting_.end(), [&](auto& x) { return x.due > done.due; });
    waiting_.insert(at, std::move(done));
  }

  /// Nothing is sent again any more: what waits has failed.
  void drop_waiting() {
    for (auto& dropped : waiting_)
      for (auto line : dropped.lines)
        add_error({line, "NotSent", fatal_.empty() ? "interrupted" : fatal_, ""});
    waiting_.clear();
  }

  void halve(batch done) {
    auto middle = static_cast<std::ptrdiff_t>(done.records.size() / 2);
    batch second;
    second.records.assign(std::make_move_iterator(done.records.begin() + middle),
                          std::make_move_iterator(done.records.end()));
    second.lines.assign(done.lines.begin() + middle, done.lines.end());
    done.records.resize(static_cast<std::size_t>(middle));
    done.lines.resize(static_cast<std::size_t>(middle));
    waiting_.push_front(std::move(second));
    waiting_.push_front(std::move(done));
  }

  /// Until something may be started, at most a tenth of a second.
  int wait_ms() const {
    auto until = clock::now() + milliseconds{100};
    if (!waiting_.empty())
      until = std::min(until, waiting_.front().due);
    else if (poster_.has_free_slot() && reading())
      until = std::min(until, next_slot_);
    auto wait = std::chrono::duration_cast<milliseconds>(until - clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(wait + 1, 0, 100));
  }

  void add_error(put_error error) {
    ++failed_;
    if (errors_.size() < errors_kept_max)
      errors_.push_back(std::move(error));
  }

  int verdict() const {
    if (!fatal_.empty() && !reached_)
      return exit_unreachable;
    if (interrupted())
      return exit_interrupted;
    if (read_ == 0 && !input_.error().empty())
      return exit_usage;
    return failed_ == 0 && fatal_.empty() ? exit_ok : exit_failure;
  }

  void print_summary() const {
    std::chrono::duration<double> seconds = clock::now() - begin_;
    auto rate = seconds.count() > 0 ? static_cast<double>(accepted_) / seconds.count() : 0.0;
    if (options_.json) {
      json::array errors;
      for (auto& x : errors_)
        errors.push_back(json::object{
            {"line", x.line}, {"code", x.code}, {"message", x.message}, {"pointer", x.pointer}});
      json::object summary{{"sent", read_},
                           {"accepted", accepted_},
                           {"failed", failed_},
                           {"retries", retries_},
                           {"seconds", seconds.count()},
                           {"rate", rate},
                           {"errors", std::move(errors)}};
      std::printf("%s\n", json::serialize(summary).c_str());
      return;
    }
    for (auto& x : errors_)
      std::fprintf(stderr, "line %llu: %s: %s%s%s\n", static_cast<unsigned long long>(x.line),
                   x.code.c_str(), x.message.c_str(), x.pointer.empty() ? "" : " at ",
                   x.pointer.c_str());
    if (failed_ > errors_.size())
      std::fprintf(stderr, "... and %llu more\n",
                   static_cast<unsigned long long>(failed_ - errors_.size()));
    if (!fatal_.empty())
      std::fprintf(stderr, "gave up: %s\n", fatal_.c_str());
    std::printf("%s sent, %s accepted, %s failed in %.2f s (%s/s)\n", with_thousands(read_).c_str(),
                with_thousands(accepted_).c_str(), with_thousands(failed_).c_str(), seconds.count(),
                with_thousands(static_cast<std::uint64_t>(rate)).c_str());
  }

  const put_options& options_;
  std::mt19937_64 random_{std::random_device{}()};
  input_lines input_;
  line_reader reader_;
  parallel_poster poster_;
  progress progress_;
  /// To be sent again, the earliest due first.
  std::deque<batch> waiting_;
  clock::time_point begin_ = clock::now();
  clock::time_point last_success_ = begin_;
  clock::time_point next_slot_ = begin_;
  std::uint64_t read_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t retries_ = 0;
  std::vector<put_error> errors_;
  std::string note_;
  /// Why nothing more is sent; empty: go on.
  std::string fatal_;
  bool reached_ = false;
};

} // namespace

int run_put(const put_options& options) {
  watch_interruption();
  return put_run{options}.run();
}

} // namespace baseplate::app
