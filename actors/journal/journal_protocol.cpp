#include "actors/journal/journal_protocol.hpp"

#include "messages/caf/interfaces/bus.hpp"
#include "messages/caf/interfaces/journal.hpp"

#include <spdlog/spdlog.h>

namespace baseplate::journal {

namespace {

template <class T>
const T* as(const request& x) {
  return x.content.match_elements<T>() ? &x.content.get_as<T>(0) : nullptr;
}

bool is_declaration(const request& x) {
  return x.content.match_elements<declare_bus>() || x.content.match_elements<declare_subscriber>();
}

bool is_publish(const request& x) {
  return x.port || x.content.match_elements<publish>();
}

bool is_write(const request& x) {
  return is_publish(x) || is_declaration(x) || x.content.match_elements<commit>()
         || x.content.match_elements<acknowledge>() || x.content.match_elements<open_subscriber>()
         || x.content.match_elements<record_tally>();
}

} // namespace

journal_protocol::journal_protocol(journal_core& core, std::shared_ptr<journal_stats> stats,
                                   std::function<void(read_job)> read)
    : core_(core), stats_(std::move(stats)), read_(std::move(read)) {}

// -- taking ---------------------------------------------------------------------------

journal_protocol::taken journal_protocol::take(request& x, time_point now) {
  if (x.port && x.port->refused != journal_error::none) {
    refuse(x, x.port->refused, x.port->reason);
    flush_completions();
    return taken::yes;
  }
  if (closed_ != journal_error::none) {
    if (is_write(x)) {
      refuse(x, closed_, unready_);
      flush_completions();
    } else {
      take_read(x);
    }
    return taken::yes;
  }
  if (x.content.match_elements<attach_bus>()) {
    if (batch_open())
      return taken::flush_first;
    bus_ = x.sender;
    tell(bus_, core_.attached());
    return taken::yes;
  }
  if (!is_write(x)) {
    if (!take_read(x))
      spdlog::warn("journal dropped a message of a type that it does not know");
    return taken::yes;
  }
  if (full_until_ && now < *full_until_) {
    wait_for_space(x);
    flush_completions();
    return taken::yes;
  }
  if (!waiting_.empty()) {
    admit_waiting();
    if (!waiting_.empty())
      return taken::flush_first;
  }
  // A declaration is alone with its like: what it changes holds from one sequence on.
  if (batch_open() && is_declaration(x) != pending_declaration_)
    return taken::flush_first;
  pending_declaration_ = is_declaration(x);
  admit(x);
  if (!batch_open())
    flush_completions(); // refused, and no sync will come
  return taken::yes;
}

bool journal_protocol::take_read(const request& x) {
  auto after = core_.durable_lsn();
  auto to = x.sender;
  auto& core = core_;
  if (const auto* question = as<load_states>(x)) {
    read_({after, [&core, to, q = *question] {
             std::string error;
             auto answer = core.load(q, error);
             if (error.empty())
               tell(to, std::move(answer));
             else // a state that cannot be read must not look like one that is not there
               tell(to, commit_refused{q.subscriber, q.epoch, journal_error::storage_failed});
           }});
  } else if (const auto* question = as<read_log>(x)) {
    read_({0, [&core, to, q = *question] { tell(to, core.read(q)); }});
  } else if (const auto* question = as<read_events>(x)) {
    read_({0, [&core, to, q = *question] {
             std::string error;
             auto answer = core.read(q, error);
             if (error.empty()) {
               tell(to, std::move(answer));
               return;
             }
             // Neither found nor gone: the incarnation ends and its supervisor says so, rather than
             // wait for ever.
             spdlog::error("journal could not read events: subscriber={} {}", q.subscriber, error);
             tell(to, commit_refused{q.subscriber, core.epoch_of(q.subscriber),
                                     journal_error::storage_failed});
           }});
  } else if (const auto* question = as<find_time>(x)) {
    read_({0, [&core, to, q = *question] {
             std::string error;
             auto answer = core.find(q, error);
             if (!error.empty())
               spdlog::error("journal could not look for a time: {}", error);
             tell(to, answer);
           }});
  } else if (const auto* question = as<list_dead_letters>(x)) {
    read_({after, [&core, to, q = *question] {
             std::string error;
             auto answer = core.list(q, error);
             if (!error.empty())
               spdlog::error("journal could not list dead letters: {}", error);
             tell(to, std::move(answer));
           }});
  } else {
    return false;
  }
  return true;
}

void journal_protocol::admit(request& x) {
  auto result = stage(x);
  if (result.error != journal_error::none) {
    refuse(x, result.error, result.reason);
    return;
  }
  if (x.port)
    x.port->batch = {}; // its bytes are in the buffer now
  pending_.push_back({std::move(x), std::move(result)});
}

stage_result journal_protocol::stage(const request& x) {
  if (x.port)
    return core_.stage_publish(x.port->batch);
  if (const auto* y = as<commit>(x))
    return core_.stage_commit(*y);
  if (const auto* y = as<acknowledge>(x))
    return core_.stage_acknowledge(*y);
  if (const auto* y = as<publish>(x))
    return core_.stage_publish(y->batch);
  if (const auto* y = as<open_subscriber>(x))
    return core_.stage_open(*y);
  if (const auto* y = as<declare_bus>(x))
    return core_.stage_bus(y->spec);
  if (const auto* y = as<declare_subscriber>(x))
    return core_.stage_subscriber(y->spec);
  return core_.stage_tally(as<record_tally>(x)->tally);
}

// -- writing --------------------------------------------------------------------------

bool journal_protocol::append(time_point now) {
  if (!core_.staged()) {
    // Everything was refused, or nothing had to be written.
    for (auto& x : pending_)
      confirm(x);
    pending_.clear();
    flush_completions();
    return false;
  }
  auto result = core_.append(appended_);
  if (!result.ok()) {
    batch_failed(result, now);
    return false;
  }
  if (full_until_) {
    spdlog::info("journal has space again and goes on");
    full_until_.reset();
    unready_.clear();
    stats_->storage_state = 0;
  }
  return true;
}

std::optional<appended_batch> journal_protocol::sync() {
  auto result = core_.sync();
  if (!result.ok()) {
    batch_failed(result, {});
    return std::nullopt;
  }
  stats_->batch_requests_sum += pending_.size();
  // The bus first: what it hands out does not wait for the answers.
  if (!appended_.chunk->events().empty())
    tell(bus_, log_appended{appended_.chunk, core_.head()});
  if (pending_declaration_) {
    control_changed changed;
    changed.after = core_.head();
    for (const auto& x : pending_) {
      if (!x.result.written)
        continue;
      if (x.from.content.match_elements<declare_bus>())
        changed.buses.push_back(core_.ledger().entry_of(x.result.id));
      else
        changed.subscribers.push_back(core_.ledger().entry_of_subscriber(x.result.id));
    }
    tell(bus_, std::move(changed));
  }
  for (auto& x : pending_)
    confirm(x);
  pending_.clear();
  flush_completions();
  return std::exchange(appended_, {});
}

void journal_protocol::batch_failed(const device_result& why, time_point now) {
  auto batch = std::exchange(pending_, {});
  if (core_.failed()) {
    closed_ = journal_error::storage_failed;
    unready_ = "the journal's storage failed and takes nothing until the node is restarted: "
               + why.reason;
    stats_->storage_state = 2;
    spdlog::error("journal stopped taking anything: {}", why.reason);
    for (auto& x : batch)
      refuse(x.from, closed_, unready_);
    for (auto& x : std::exchange(waiting_, {}))
      refuse(x, closed_, unready_);
    waiting_bytes_ = 0;
    full_until_.reset();
    flush_completions();
    return;
  }
  if (!full_until_)
    spdlog::warn("journal has no space left: {}", why.reason);
  full_until_ = now + core_.options().retry_interval;
  full_reason_ = "the disk is full, nothing was written; ask again later: " + why.reason;
  unready_ = full_reason_;
  stats_->storage_state = 1;
  // In their order and in front of what comes: commits of one subscriber build on each other.
  for (auto& x : batch)
    wait_for_space(x.from);
  flush_completions();
}

void journal_protocol::wait_for_space(request& x) {
  if (is_publish(x) || waiting_bytes_ + x.bytes > core_.options().mailbox_bytes_max) {
    refuse(x, journal_error::storage_full, full_reason_);
    return;
  }
  waiting_bytes_ += x.bytes;
  waiting_.push_back(std::move(x));
}

void journal_protocol::admit_waiting() {
  // As many as may share a batch; the rest stays for the next one.
  while (!waiting_.empty() && batch_bytes() < core_.options().batch_bytes_max) {
    auto& x = waiting_.front();
    if (batch_open() && is_declaration(x) != pending_declaration_)
      return;
    pending_declaration_ = is_declaration(x);
    waiting_bytes_ -= x.bytes;
    admit(x);
    waiting_.pop_front();
  }
}

std::optional<journal_protocol::time_point> journal_protocol::retry_at() const {
  if (waiting_.empty())
    return std::nullopt;
  return full_until_.value_or(time_point{0});
}

void journal_protocol::retry(time_point now) {
  if (waiting_.empty() || (full_until_ && now < *full_until_))
    return;
  admit_waiting();
}

void journal_protocol::stop() {
  if (closed_ == journal_error::none) {
    closed_ = journal_error::stopping;
    unready_ = "the node is draining";
  }
  for (auto& x : std::exchange(waiting_, {}))
    refuse(x, closed_, unready_);
  waiting_bytes_ = 0;
  full_until_.reset();
  flush_completions();
}

void journal_protocol::announce_checkpoint() {
  tell(bus_, checkpoint_started{core_.head()});
}

// -- answering ------------------------------------------------------------------------

void journal_protocol::confirm(pending& x) {
  const auto& from = x.from;
  const auto& result = x.result;
  if (from.port) {
    complete(from.port->sink,
             {from.port->token, journal_error::none, result.first, result.last, {}});
  } else if (const auto* y = as<commit>(from)) {
    tell(from.sender, committed{y->subscriber, y->epoch, y->cursor});
  } else if (const auto* y = as<acknowledge>(from)) {
    tell(from.sender, committed{y->subscriber, y->epoch, y->seen});
  } else if (const auto* y = as<publish>(from)) {
    tell(from.sender, published{y->request, result.first, result.last});
  } else if (as<open_subscriber>(from) != nullptr) {
    read_({result.lsn, [&core = core_, to = from.sender, id = result.id, epoch = result.lsn] {
             std::string error;
             auto answer = core.opened(id, epoch, error);
             if (error.empty())
               tell(to, std::move(answer));
             else
               tell(to, commit_refused{id, 0, journal_error::storage_failed});
           }});
  } else if (const auto* y = as<declare_bus>(from)) {
    tell(from.sender, declared{y->request, result.id, journal_error::none, {}});
  } else if (const auto* y = as<declare_subscriber>(from)) {
    tell(from.sender, declared{y->request, result.id, journal_error::none, {}});
  }
}

void journal_protocol::refuse(request& x, journal_error error, const std::string& reason) {
  if (is_publish(x))
    ++stats_->publishes_refused;
  if (x.port) {
    complete(x.port->sink, {x.port->token, error, 0, 0, reason});
  } else if (const auto* y = as<commit>(x)) {
    ++stats_->commits_refused;
    tell(x.sender, commit_refused{y->subscriber, y->epoch, error});
  } else if (const auto* y = as<acknowledge>(x)) {
    ++stats_->commits_refused;
    tell(x.sender, commit_refused{y->subscriber, y->epoch, error});
  } else if (const auto* y = as<publish>(x)) {
    tell(x.sender, publish_refused{y->request, error, reason});
  } else if (const auto* y = as<open_subscriber>(x)) {
    tell(x.sender, commit_refused{y->subscriber, 0, error});
  } else if (const auto* y = as<declare_bus>(x)) {
    tell(x.sender, declared{y->request, 0, error, reason});
  } else if (const auto* y = as<declare_subscriber>(x)) {
    tell(x.sender, declared{y->request, 0, error, reason});
  }
}

void journal_protocol::complete(const std::shared_ptr<completion_sink>& sink,
                                publish_completion x) {
  for (auto& [known, list] : completions_)
    if (known == sink) {
      list.push_back(std::move(x));
      return;
    }
  completions_.push_back({sink, {}});
  completions_.back().second.push_back(std::move(x));
}

void journal_protocol::flush_completions() {
  for (auto& [sink, list] : std::exchange(completions_, {}))
    if (sink && !list.empty())
      sink->complete(std::move(list));
}

} // namespace baseplate::journal
