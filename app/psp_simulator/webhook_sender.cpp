#include "app/psp_simulator/webhook_sender.hpp"

#include "actors/payments/logic/webhook_signature.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace baseplate::psp_simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

std::optional<webhook_target> parse_webhook_url(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme))
    return std::nullopt;
  url.remove_prefix(scheme.size());
  auto slash = url.find('/');
  auto authority = url.substr(0, slash);
  webhook_target target;
  target.path = slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
  auto colon = authority.rfind(':');
  target.host = authority.substr(0, colon);
  target.port = colon == std::string_view::npos ? "80" : std::string(authority.substr(colon + 1));
  auto is_number = !target.port.empty() && target.port.size() <= 5
                   && std::all_of(target.port.begin(), target.port.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  if (target.host.empty() || !is_number || std::stoi(target.port) > 65535)
    return std::nullopt;
  return target;
}

webhook_sender::webhook_sender(asio::io_context& io, const psp_simulator_options& options,
                               payment_ledger& ledger)
    : io_(io), options_(options), ledger_(ledger), free_slots_(options.webhooks_in_flight_max),
      slots_(io, asio::steady_timer::time_point::max()) {
  auto target = parse_webhook_url(options.webhook_url);
  if (!target)
    throw std::runtime_error("webhook URL must be http://host[:port][/path]: "
                             + options.webhook_url);
  target_ = std::move(*target);
}

void webhook_sender::owe(const std::string& payment_id) {
  auto payment = ledger_.find(payment_id);
  if (!payment || payment->sent >= payment->plan.notices.size())
    return;
  if (running_.insert(payment_id).second)
    asio::co_spawn(io_, run(payment_id), asio::detached);
}

asio::awaitable<void> webhook_sender::run(std::string payment_id) {
  auto payment = ledger_.find(payment_id);
  auto backoff_ms = options_.retry_ms;
  std::size_t delayed = SIZE_MAX;
  // A refund may append to the plan while this runs.
  while (payment->sent < payment->plan.notices.size()) {
    auto index = payment->sent;
    if (delayed != index) {
      delayed = index;
      co_await pause(payment->plan.notices[index].delay_ms);
    }
    co_await acquire_slot();
    auto taken = co_await post(notice_body(*payment, index));
    release_slot();
    if (taken) {
      ledger_.sent(payment_id);
      backoff_ms = options_.retry_ms;
    } else {
      co_await pause(backoff_ms);
      backoff_ms = std::min(backoff_ms * 2, options_.retry_max_ms);
    }
  }
  running_.erase(payment_id);
}

asio::awaitable<void> webhook_sender::pause(std::int64_t ms) {
  if (ms <= 0)
    co_return;
  asio::steady_timer timer(io_, std::chrono::milliseconds{ms});
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> webhook_sender::acquire_slot() {
  while (free_slots_ == 0) {
    boost::system::error_code ignored;
    co_await slots_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  --free_slots_;
}

void webhook_sender::release_slot() {
  ++free_slots_;
  slots_.cancel_one();
}

asio::awaitable<bool> webhook_sender::post(std::string body) {
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  asio::ip::tcp::resolver resolver(io_);
  auto endpoints = co_await resolver.async_resolve(target_.host, target_.port, token);
  if (error)
    co_return false;
  beast::tcp_stream stream(io_);
  stream.expires_after(std::chrono::milliseconds{options_.webhook_timeout_ms});
  co_await stream.async_connect(endpoints, token);
  if (error)
    co_return false;
  http::request<http::string_body> request{http::verb::post, target_.path, 11};
  request.set(http::field::host, target_.host + ":" + target_.port);
  request.set(http::field::content_type, "application/json");
  request.set(http::field::connection, "close");
  auto now = std::chrono::duration_cast<std::chrono::seconds>(
                 std::chrono::system_clock::now().time_since_epoch())
                 .count();
  request.set("Psp-Signature", payments::sign_webhook(options_.webhook_secrets, body, now));
  request.body() = std::move(body);
  request.prepare_payload();
  co_await http::async_write(stream, request, token);
  if (error)
    co_return false;
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  co_await http::async_read(stream, buffer, response, token);
  if (error)
    co_return false;
  co_return response.result_int() >= 200 && response.result_int() < 300;
}

} // namespace baseplate::psp_simulator
