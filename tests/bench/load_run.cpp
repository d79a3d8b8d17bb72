#include "tests/bench/load_run.hpp"

#include "tests/bench/put_events_requests.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace baseplate::bench {

namespace {

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct connection {
  int fd = -1;
  const std::string* request = nullptr;
  std::size_t written = 0;
  std::int64_t due_ns = 0;
  bool wants_write = false;
  std::string received;
};

class load_run {
 public:
  load_run(const std::vector<std::string>& requests, const load_options& options,
           load_result& result)
      : requests_(requests), options_(options), result_(result), connections_(options.connections) {
  }

  ~load_run() {
    for (auto& c : connections_)
      if (c.fd >= 0)
        close(c.fd);
    if (epoll_ >= 0)
      close(epoll_);
  }

  void run() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    for (auto& c : connections_)
      if (!open(c))
        return;
    auto cpu_before = cpu_seconds();
    begin_ns_ = now_ns();
    end_ns_ = begin_ns_ + static_cast<std::int64_t>(options_.seconds * 1e9);
    measured_from_ns_ = begin_ns_ + static_cast<std::int64_t>(options_.warmup_s * 1e9);
    interval_ns_ = options_.requests_per_s > 0 ? 1e9 / options_.requests_per_s : 0;
    for (auto& c : connections_)
      idle_.push_back(&c);
    loop();
    result_.client_cpu_s = cpu_seconds() - cpu_before;
    auto measured_to = last_success_ns_ > 0 ? last_success_ns_ : now_ns();
    result_.seconds = static_cast<double>(measured_to - measured_from_ns_) * 1e-9;
    result_.unanswered = in_flight_ + overdue();
  }

 private:
  bool open(connection& c) {
    c.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(options_.port);
    if (inet_pton(AF_INET, options_.address.c_str(), &to.sin_addr) != 1
        || connect(c.fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)) != 0) {
      result_.error = "cannot connect to " + options_.address + ":" + std::to_string(options_.port)
                      + ": " + std::strerror(errno);
      close(c.fd);
      c.fd = -1;
      return false;
    }
    int one = 1;
    setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    watch(c, EPOLL_CTL_ADD, EPOLLIN);
    return true;
  }

  void watch(connection& c, int operation, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &c;
    epoll_ctl(epoll_, operation, c.fd, &event);
  }

  bool sending(std::int64_t now) const {
    return now < end_ns_ && (options_.requests_max == 0 || sent_ < options_.requests_max)
           && result_.error.empty();
  }

  /// Requests that are due and wait for a free connection.
  std::uint64_t overdue() const {
    if (interval_ns_ == 0)
      return 0;
    auto until = std::min(now_ns(), end_ns_);
    auto due = static_cast<std::uint64_t>(static_cast<double>(until - begin_ns_) / interval_ns_);
    if (options_.requests_max > 0)
      due = std::min(due, options_.requests_max);
    return due > sent_ ? due - sent_ : 0;
  }

  std::int64_t due_of(std::uint64_t index) const {
    return begin_ns_ + static_cast<std::int64_t>(static_cast<double>(index) * interval_ns_);
  }

  void loop() {
    epoll_event events[256];
    std::int64_t give_up_ns = 0;
    while (true) {
      auto now = now_ns();
      send_due(now);
      // In the open loop, what was due before the end is still sent; it is the server's lateness.
      auto more = sending(now) || (overdue() > 0 && result_.error.empty());
      if (!more && in_flight_ == 0)
        return;
      if (now >= end_ns_ || !more) {
        if (give_up_ns == 0)
          give_up_ns = now + static_cast<std::int64_t>(options_.linger_s * 1e9);
        if (now > give_up_ns)
          return;
      }
      auto wait_ns = wait_time(now);
      timespec timeout{wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
      auto count = epoll_pwait2(epoll_, events, 256, &timeout, nullptr);
      for (int i = 0; i < count; ++i) {
        auto& c = *static_cast<connection*>(events[i].data.ptr);
        if ((events[i].events & EPOLLOUT) != 0)
          flush(c);
        if ((events[i].events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0)
          receive(c);
      }
    }
  }

  std::int64_t wait_time(std::int64_t now) const {
    constexpr std::int64_t longest = 50'000'000;
    if (interval_ns_ == 0 || idle_.empty() || !sending(now))
      return longest;
    return std::clamp<std::int64_t>(due_of(sent_) - now, 0, longest);
  }

  void send_due(std::int64_t now) {
    while (!idle_.empty()) {
      std::int64_t due = now;
      if (interval_ns_ > 0) {
        due = due_of(sent_);
        if (due > now || due >= end_ns_
            || (options_.requests_max > 0 && sent_ >= options_.requests_max)
            || !result_.error.empty())
          return;
      } else if (!sending(now)) {
        return;
      }
      auto& c = *idle_.front();
      idle_.pop_front();
      if (c.fd < 0 && !open(c))
        return;
      c.request = &requests_[sent_ % requests_.size()];
      c.written = 0;
      c.due_ns = due;
      ++sent_;
      ++in_flight_;
      flush(c);
    }
  }

  void flush(connection& c) {
    while (c.request && c.written < c.request->size()) {
      auto n = send(c.fd, c.request->data() + c.written, c.request->size() - c.written,
                    MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0) {
        c.written += static_cast<std::size_t>(n);
      } else if (errno == EAGAIN) {
        if (!c.wants_write) {
          c.wants_write = true;
          watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
        }
        return;
      } else if (errno != EINTR) {
        broke(c);
        return;
      }
    }
    if (c.wants_write) {
      c.wants_write = false;
      watch(c, EPOLL_CTL_MOD, EPOLLIN);
    }
  }

  void receive(connection& c) {
    if (c.fd < 0)
      return;
    char buffer[16 * 1024];
    auto n = recv(c.fd, buffer, sizeof(buffer), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      return;
    if (n <= 0) {
      broke(c);
      return;
    }
    std::string_view bytes(buffer, static_cast<std::size_t>(n));
    if (!c.received.empty()) {
      c.received.append(bytes);
      bytes = c.received;
    }
    auto answer = read_answer(bytes);
    if (answer.malformed || (answer.complete && !c.request)) {
      broke(c);
    } else if (!answer.complete) {
      if (c.received.empty())
        c.received.assign(bytes);
    } else {
      answered(c, answer);
    }
  }

  void answered(connection& c, const answer_view& answer) {
    auto now = now_ns();
    count(answer, now, now - c.due_ns);
    auto leftover = answer.closes;
    c.received.clear();
    c.request = nullptr;
    --in_flight_;
    if (leftover)
      shut(c);
    idle_.push_back(&c);
  }

  void count(const answer_view& answer, std::int64_t now, std::int64_t latency_ns) {
    if (answer.status != 200) {
      ++result_.refused[answer.status];
      note_error("status " + std::to_string(answer.status) + ": "
                 + std::string(answer.body.substr(0, 200)));
      return;
    }
    if (answer.body.find("\"FailedEntryCount\":0") == std::string_view::npos) {
      ++result_.partly_failed;
      note_error("entries refused: " + std::string(answer.body.substr(0, 200)));
      return;
    }
    ++result_.succeeded_in_all;
    if (now < measured_from_ns_)
      return;
    ++result_.succeeded;
    last_success_ns_ = now;
    result_.latency.add(latency_ns);
  }

  void shut(connection& c) {
    close(c.fd);
    c.fd = -1;
    c.wants_write = false;
    c.received.clear();
  }

  void broke(connection& c) {
    shut(c);
    ++result_.broken;
    note_error("a connection broke");
    if (c.request) {
      c.request = nullptr;
      --in_flight_;
      idle_.push_back(&c);
    }
  }

  void note_error(const std::string& what) {
    if (++errors_ >= options_.errors_max && result_.error.empty())
      result_.error = "too many errors, the last one: " + what;
  }

  const std::vector<std::string>& requests_;
  const load_options& options_;
  load_result& result_;
  std::vector<connection> connections_;
  std::deque<connection*> idle_;
  int epoll_ = -1;
  std::int64_t begin_ns_ = 0;
  std::int64_t end_ns_ = 0;
  std::int64_t measured_from_ns_ = 0;
  std::int64_t last_success_ns_ = 0;
  double interval_ns_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t in_flight_ = 0;
  std::uint64_t errors_ = 0;
};

} // namespace

std::unique_ptr<load_result> run_load(const std::vector<std::string>& requests,
                                      const load_options& options) {
  auto result = std::make_unique<load_result>();
  load_run(requests, options, *result).run();
  return result;
}

} // namespace baseplate::bench
