#include "actors/gateway/connection.hpp"

#include "messages/assert.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace baseplate::gateway {

namespace {

/// Read at once; most requests fit. While a large body comes, the larger one is used.
constexpr std::size_t read_bytes = 8 * 1024;
constexpr std::size_t read_bytes_body = 64 * 1024;

/// Output that waits for the socket; above it no further request is read, no stream rendered.
constexpr std::size_t output_bytes_max = 256 * 1024;

/// Kept of the output's memory between answers.
constexpr std::size_t output_kept_max = 64 * 1024;

/// How long a client may take to read the last answer and close.
constexpr std::chrono::milliseconds linger_timeout{2000};

reader_limits limits_of(const gateway_options& options) {
  reader_limits out;
  out.header_bytes_max = options.header_bytes_max;
  out.target_bytes_max = options.target_bytes_max;
  return out;
}

} // namespace

connection::connection(connection_host& host, const gateway_options& options)
    : host_(host), options_(options), reader_(limits_of(options)), active_at_(host.coarse_now()),
      request_began_at_(active_at_), written_at_(active_at_) {}

void connection::begin() {
  opened_ = true;
  in_.resize(read_bytes);
  active_at_ = host_.coarse_now();
  arm_read();
}

void connection::open_refused(std::string bytes) {
  opened_ = true;
  in_.resize(1024);
  input_ended_ = true;
  slots_.push_back({std::move(bytes), true, true});
  pump();
}

// -- input ------------------------------------------------------------------------

void connection::arm_read() {
  if (reading_ || closed_ || peer_ended_ || !opened_)
    return;
  const auto wanted
      = lingering_ || stream_
        || (!input_ended_ && !stream_pending_ && slots_.size() < options_.pipelined_requests_max
            && out_.size() - out_done_ + next_out_.size() < output_bytes_max);
  if (!wanted)
    return;
  if (lingering_ || input_ended_)
    in_used_ = 0; // nothing of it is read any more
  if (reader_.in_body() && reader_.request().content_length().value_or(0) > read_bytes
      && in_.size() < read_bytes_body)
    in_.resize(read_bytes_body);
  else if (in_used_ == in_.size())
    in_.resize(in_.size() + read_bytes);
  else if (reader_.at_start() && in_.size() > read_bytes && in_used_ < read_bytes) {
    in_.resize(read_bytes);
    in_.shrink_to_fit();
  }
  reading_ = true;
  start_read(in_.data() + in_used_, in_.size() - in_used_);
}

void connection::on_read(const boost::system::error_code& error, std::size_t bytes) {
  reading_ = false;
  if (closed_)
    return;
  if (error) {
    if (error != boost::asio::error::eof || lingering_ || stream_) {
      close();
      return;
    }
    peer_ended_ = true;
    input_ended_ = true;
    if (slots_.empty() && !writing_) {
      close();
      return;
    }
    pump();
    return;
  }
  active_at_ = host_.coarse_now();
  if (lingering_ || input_ended_) { // what comes behind the last request is not ours
    in_used_ = 0;
    arm_read();
    return;
  }
  in_used_ += bytes;
  pump();
}

bool connection::parse() {
  if (reading_)
    return false; // all that is here was looked at before the read began
  bool progress = false;
  std::size_t at = 0;
  while (!input_ended_ && !stream_pending_ && !closed_
         && slots_.size() < options_.pipelined_requests_max
         && out_.size() - out_done_ + next_out_.size() < output_bytes_max) {
    const auto was_at_start = reader_.at_start();
    at += reader_.read({in_.data() + at, in_used_ - at});
    if (was_at_start && !reader_.at_start())
      request_began_at_ = host_.coarse_now();
    if (reader_.status() == request_reader::state::head && !on_request_head())
      break;
    account_body();
    if (input_ended_)
      break;
    if (reader_.status() == request_reader::state::head)
      continue;
    if (reader_.status() == request_reader::state::need_more)
      break;
    if (reader_.status() == request_reader::state::failed) {
      const auto& fault = reader_.fault();
      host_.on_bad_request(fault.status);
      refuse(error_response(fault.status, fault.code, fault.message));
      progress = true;
      break;
    }
    on_whole_request();
    progress = true;
  }
  if (input_ended_) {
    in_used_ = 0;
  } else if (at > 0) {
    std::memmove(in_.data(), in_.data() + at, in_used_ - at);
    in_used_ -= at;
  }
  return progress;
}

bool connection::on_request_head() {
  auto& request = reader_.request();
  auto decision = host_.on_head(request);
  if (decision.refusal) {
    refuse(*decision.refusal);
    return false;
  }
  if (const auto expect = request.header("expect"); !expect.empty() && !request.http10()) {
    if (!boost::beast::iequals(expect, "100-continue")) {
      refuse(error_response(417, "ExpectationFailed", "The only expectation met is 100-continue."));
      return false;
    }
    continue_due_ = request.has_body();
  }
  route_ = std::move(decision.route);
  reader_.allow_body(decision.body_bytes_max);
  return true;
}

void connection::account_body() {
  const auto now = static_cast<std::int64_t>(reader_.request().body.size());
  if (now > 0)
    continue_due_ = false; // the client did not wait
  if (now == accounted_bytes_)
    return;
  const auto fits = host_.on_buffered(now - accounted_bytes_);
  accounted_bytes_ = now;
  if (!fits && reader_.status() != request_reader::state::done) {
    auto response = error_response(503, "Overloaded", "Too many large requests are being read.");
    response.headers.emplace_back("Retry-After", "1");
    refuse(response);
  }
}

void connection::on_whole_request() {
  auto& request = reader_.request();
  had_request_ = true;
  continue_due_ = false;
  exchange to;
  to.to = shared_from_this();
  to.slot = first_slot_ + slots_.size();
  to.keep_alive = request.keep_alive() && !host_.draining();
  to.http10 = request.http10();
  to.head_only = request.method() == "HEAD";
  if (!to.keep_alive)
    input_ended_ = true;
  if (route_.result == route_match::kind::found
      && (route_.endpoint == endpoint::tail || route_.endpoint == endpoint::group_stream)
      && !to.head_only)
    stream_pending_ = true; // a stream is the last thing on its connection
  slots_.emplace_back();
  host_.on_request(to, request, route_);
  host_.on_buffered(-accounted_bytes_);
  accounted_bytes_ = 0;
  reader_.next();
}

void connection::refuse(const http_response& response) {
  input_ended_ = true;
  exchange to;
  to.keep_alive = false;
  to.head_only = reader_.request().method() == "HEAD";
  slots_.push_back({host_.render(to, response), true, true});
}

// -- output -----------------------------------------------------------------------

void connection::answer(std::uint64_t slot, std::string bytes, bool last) {
  if (closed_ || slot < first_slot_ || slot - first_slot_ >= slots_.size())
    return;
  auto& place = slots_[slot - first_slot_];
  if (place.ready)
    return;
  place.bytes = std::move(bytes);
  place.ready = true;
  place.last = last;
  stream_pending_ = false; // the answer to what would have been a stream is an answer like others
  if (last)
    input_ended_ = true;
  pump();
}

void connection::begin_stream(std::uint64_t slot, std::string head,
                              std::unique_ptr<live_stream> stream) {
  if (closed_ || slot < first_slot_ || slot - first_slot_ >= slots_.size())
    return;
  auto& place = slots_[slot - first_slot_];
  place.bytes = std::move(head);
  place.ready = true;
  stream_ = std::move(stream);
  stream_pending_ = false;
  input_ended_ = true;
  if (host_.draining())
    close();
  else
    pump();
}

void connection::on_stream_changed() {
  pump();
}

void connection::pump() {
  if (pumping_ || closed_)
    return;
  const auto alive = shared_from_this();
  pumping_ = true;
  try {
    for (;;) {
      const auto parsed = parse();
      if (closed_)
        return;
      const auto wrote = flush();
      if (closed_)
        return;
      if (!parsed && !wrote)
        break;
    }
  } catch (...) { // memory is short, or a bug: nobody knows what was answered
    close();
    throw;
  }
  pumping_ = false;
  arm_read();
}

void connection::collect() {
  while (!slots_.empty() && slots_.front().ready && !last_queued_) {
    auto& slot = slots_.front();
    if (next_out_.empty())
      next_out_.swap(slot.bytes);
    else
      next_out_ += slot.bytes;
    last_queued_ = slot.last;
    slots_.pop_front();
    ++first_slot_;
  }
  if (continue_due_ && slots_.empty()) {
    continue_due_ = false;
    next_out_ += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  if (stream_ && slots_.empty() && !last_queued_ && next_out_.size() < output_bytes_max) {
    stream_->render(next_out_, output_bytes_max, stream_credit_);
    last_queued_ = stream_->finished();
  }
}

/// Writes what there is; true when the socket took all of it and there was something.
bool connection::flush() {
  if (writing_)
    return false;
  if (out_done_ == out_.size()) {
    collect();
    if (next_out_.empty()) {
      finish_output();
      return false;
    }
    out_.swap(next_out_);
    next_out_.clear();
    out_done_ = 0;
    written_at_ = host_.coarse_now();
  }
  const auto now = write_now(std::string_view{out_}.substr(out_done_));
  if (closed_)
    return false;
  out_done_ += now;
  host_.on_written(now);
  if (out_done_ < out_.size()) {
    writing_ = true;
    start_write(std::string_view{out_}.substr(out_done_));
    return false;
  }
  finish_output();
  return !closed_ && !lingering_;
}

/// All output is with the socket.
void connection::finish_output() {
  if (out_.capacity() > output_kept_max)
    out_ = std::string{};
  out_.clear();
  out_done_ = 0;
  if (stream_ && stream_credit_ > 0)
    host_.on_stream_credit(stream_->subscriber(), std::exchange(stream_credit_, 0));
  if (last_queued_ && next_out_.empty())
    linger();
  else if (slots_.empty() && next_out_.empty() && !stream_
           && (peer_ended_ || (host_.draining() && reader_.at_start())))
    close();
}

void connection::on_write(const boost::system::error_code& error, std::size_t bytes) {
  writing_ = false;
  if (closed_)
    return;
  if (error) {
    close();
    return;
  }
  out_done_ += bytes;
  host_.on_written(bytes);
  written_at_ = active_at_ = host_.coarse_now();
  if (out_done_ == out_.size())
    finish_output();
  if (!closed_)
    pump();
}

void connection::linger() {
  if (lingering_)
    return;
  lingering_ = true;
  linger_until_ = host_.coarse_now() + linger_timeout;
  if (peer_ended_) {
    close();
    return;
  }
  shutdown_send();
  if (!closed_)
    arm_read();
}

// -- the end ----------------------------------------------------------------------

void connection::sweep(time_point now) {
  if (closed_)
    return;
  const auto older
      = [now](time_point since, std::chrono::milliseconds limit) { return now - since > limit; };
  if (lingering_) {
    if (now > linger_until_)
      close();
    return;
  }
  if (!opened_) {
    if (older(active_at_, options_.header_timeout))
      close();
    return;
  }
  if (writing_) {
    if (older(written_at_, options_.write_timeout))
      close();
    return;
  }
  if (stream_) {
    if (older(written_at_, options_.heartbeat_interval) && slots_.empty()) {
      next_out_ += ": heartbeat\n\n";
      pump();
    }
    return;
  }
  if (input_ended_ || !slots_.empty())
    return; // waits for the answer, which has its own deadline
  if (reader_.at_start()) {
    if (older(active_at_, had_request_ ? options_.idle_timeout : options_.header_timeout))
      close();
    return;
  }
  if (older(request_began_at_,
            reader_.in_body() ? options_.request_timeout : options_.header_timeout)) {
    host_.on_bad_request(408);
    refuse(error_response(408, "RequestTimeout", "The request did not arrive in time."));
    pump();
  }
}

void connection::drain() {
  if (closed_ || lingering_)
    return;
  if (stream_
      || (slots_.empty() && reader_.at_start() && !writing_ && out_.empty() && next_out_.empty()))
    close();
}

void connection::close() {
  if (closed_)
    return;
  closed_ = true;
  close_socket();
  if (accounted_bytes_ != 0)
    host_.on_buffered(-accounted_bytes_);
  const auto subscriber = stream_ ? stream_->subscriber() : 0;
  stream_.reset();
  slots_.clear();
  host_.on_closed(*this, subscriber);
}

} // namespace baseplate::gateway
