#include "tests/simulation/outside.hpp"

#include "app/psp_simulator/http_api.hpp"

#include <boost/json.hpp>

namespace baseplate::simulation {

namespace json = boost::json;

outside::outside(std::uint64_t seed)
    : random(seed ^ 0x9e3779b97f4a7c15ULL), provider({}, {.seed = seed,
                                                          .decline = 0.2,
                                                          .duplicate = 0.2,
                                                          .reorder = 0.2,
                                                          .drop = 0,
                                                          .delay_ms_min = 0,
                                                          .delay_ms_max = 0}) {}

attempt_result outside::take(const attempt& x, const std::string& subscriber,
                             std::uint32_t incarnation, unix_ms now) {
  const auto& event = x.chunk->events()[x.event];
  const auto envelope = json::parse(x.chunk->envelope(event)).as_object();
  const auto fails = chance(failing_percent);
  const auto lost = !fails && chance(failing_percent);
  attempts.push_back({subscriber, event.sequence, envelope.at("id").as_string().c_str(),
                      x.idempotency_key, !fails, incarnation});
  attempt_result result{
      x.subscriber, x.epoch, event.sequence, attempt_outcome::delivered, 200, 0, {}};
  if (fails) {
    result.outcome = attempt_outcome::retry;
    result.status = 503;
    result.reason = "503";
    return result;
  }
  if (subscriber == "psp")
    result.status = ask_provider("/v1/payments", x, now);
  else if (subscriber == "psp-refunds")
    result.status = ask_provider("/v1/refunds", x, now);
  else if (subscriber == "mail")
    ++mails[envelope.at("detail").at("data").at("message_id").as_string().c_str()];
  if (result.status >= 400) {
    result.outcome = attempt_outcome::rejected;
    result.reason = std::to_string(result.status);
  } else if (lost) {
    result.outcome = attempt_outcome::retry;
    result.status = 0;
    result.reason = "time-out";
  }
  return result;
}

int outside::ask_provider(const std::string& path, const attempt& x, unix_ms now) {
  const auto envelope = json::parse(x.chunk->envelope(x.chunk->events()[x.event]));
  psp_simulator::api_request request;
  request.method = "POST";
  request.target = path;
  request.idempotency_key = x.idempotency_key;
  request.body = json::serialize(envelope.at("detail"));
  const auto answer = psp_simulator::handle(provider, 1'000'000, request, now);
  if (const auto* payment = provider.find(answer.owed_payment_id)) {
    for (std::size_t i = payment->sent; i < payment->plan.notices.size(); ++i)
      webhooks.push_back({psp_simulator::notice_body(*payment, i)});
    while (payment->sent < payment->plan.notices.size())
      provider.sent(payment->payment_id);
  }
  return answer.status;
}

std::optional<bool> outside::authorised(const std::string& order_id) const {
  for (auto& payment : provider.payments())
    if (payment->order_id == order_id)
      return payment->plan.outcome != "declined";
  return std::nullopt;
}

} // namespace baseplate::simulation
