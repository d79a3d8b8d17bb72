#include "app/psp_simulator/http_api.hpp"

#include <boost/json.hpp>

namespace baseplate::psp_simulator {

namespace json = boost::json;

namespace {

/// The fault of a body, as an answer; or the object to read from.
struct request_data {
  json::object object;
  std::string pointer;
  std::optional<api_response> fault;
};

/// Takes {"order_id":..} itself, {"data":{..}} or {"detail":{"data":{..}}}: a plain call, an
/// event's detail, an event.
request_data data_of(const std::string& body) {
  request_data out;
  boost::system::error_code error;
  auto value = json::parse(body, error);
  if (error || !value.is_object()) {
    out.fault = error_answer(400, "invalid_json", "the body must be a JSON object");
    return out;
  }
  out.object = std::move(value.get_object());
  for (auto name : {"detail", "data"})
    if (auto found = out.object.find(name);
        found != out.object.end() && found->value().is_object()) {
      auto inner = std::move(found->value().get_object());
      out.object = std::move(inner);
      out.pointer += std::string("/") + name;
    }
  return out;
}

void read_text(request_data& data, std::string_view name, std::size_t bytes_max, std::string& out) {
  if (data.fault)
    return;
  auto pointer = data.pointer + "/" + std::string(name);
  auto found = data.object.find(name);
  if (found == data.object.end())
    data.fault = error_answer(400, "missing_field", "this field is needed", pointer);
  else if (!found->value().is_string() || found->value().get_string().empty()
           || found->value().get_string().size() > bytes_max)
    data.fault
        = error_answer(400, "invalid_field",
                       "must be a text of 1 to " + std::to_string(bytes_max) + " bytes", pointer);
  else
    out = found->value().get_string();
}

void read_amount(request_data& data, std::int64_t& out) {
  if (data.fault)
    return;
  auto pointer = data.pointer + "/amount_minor";
  auto found = data.object.find("amount_minor");
  constexpr std::int64_t amount_max = 1'000'000'000'000;
  if (found == data.object.end())
    data.fault = error_answer(400, "missing_field", "this field is needed", pointer);
  else if (!found->value().is_int64() || found->value().get_int64() < 1
           || found->value().get_int64() > amount_max)
    data.fault = error_answer(400, "invalid_field", "must be a whole number from 1", pointer);
  else
    out = found->value().get_int64();
}

json::object to_answer(const kept_payment& payment) {
  json::array notices;
  for (std::size_t i = 0; i < payment.plan.notices.size(); ++i) {
    auto& notice = payment.plan.notices[i];
    notices.push_back({{"id", "ntc-" + payment.payment_id + "-" + std::to_string(notice.sequence)},
                       {"type", notice.type},
                       {"success", notice.success},
                       {"sequence", notice.sequence},
                       {"taken", i < payment.sent}});
  }
  return {{"payment_id", payment.payment_id},
          {"order_id", payment.order_id},
          {"amount_minor", payment.amount_minor},
          {"currency", payment.currency},
          {"outcome", payment.plan.outcome},
          {"refunded_minor", payment.refunded_minor},
          {"owed", payment.plan.notices.size() - payment.sent},
          {"notices", std::move(notices)}};
}

api_response pay(payment_ledger& ledger, std::size_t payments_max, const api_request& request,
                 std::int64_t now_ms) {
  auto data = data_of(request.body);
  payment_request payment;
  payment.idempotency_key = request.idempotency_key;
  read_text(data, "order_id", 128, payment.order_id);
  read_amount(data, payment.amount_minor);
  read_text(data, "currency", 3, payment.currency);
  if (data.fault)
    return *data.fault;
  if (ledger.payments().size() >= payments_max)
    return error_answer(503, "full", "the provider keeps no more payments");
  auto [answer, kept] = ledger.pay(payment, now_ms);
  switch (answer) {
  case payment_ledger::answer::accepted:
  case payment_ledger::answer::known:
    return {answer == payment_ledger::answer::accepted ? 201 : 200,
            json::serialize(json::object{{"payment_id", kept->payment_id},
                                         {"order_id", kept->order_id},
                                         {"status", "received"}}),
            kept->payment_id};
  case payment_ledger::answer::failed:
    return error_answer(503, "not_kept", "the payment could not be written to the data file");
  default:
    return error_answer(409, "idempotency_conflict",
                        "this order or Idempotency-Key has another payment");
  }
}

api_response refund(payment_ledger& ledger, const api_request& request) {
  auto data = data_of(request.body);
  std::string order_id;
  std::string refund_id;
  std::int64_t amount_minor = 0;
  read_text(data, "order_id", 128, order_id);
  read_text(data, "refund_id", 128, refund_id);
  read_amount(data, amount_minor);
  if (data.fault)
    return *data.fault;
  auto answer = ledger.refund(order_id, refund_id, amount_minor);
  switch (answer) {
  case payment_ledger::answer::unknown:
    return error_answer(404, "unknown_payment", "this order has no payment",
                        data.pointer + "/order_id");
  case payment_ledger::answer::conflict:
    return error_answer(409, "not_refundable", "declined, or more than was paid",
                        data.pointer + "/amount_minor");
  case payment_ledger::answer::failed:
    return error_answer(503, "not_kept", "the refund could not be written to the data file");
  default:
    break;
  }
  std::string owed;
  for (auto& payment : ledger.payments())
    if (payment->order_id == order_id)
      owed = payment->payment_id;
  return {answer == payment_ledger::answer::accepted ? 201 : 200,
          json::serialize(json::object{{"refund_id", refund_id}, {"status", "received"}}), owed};
}

api_response list(const payment_ledger& ledger) {
  json::array payments;
  for (auto& payment : ledger.payments())
    payments.push_back(to_answer(*payment));
  return {200, json::serialize(json::object{{"payments", std::move(payments)}}), {}};
}

} // namespace

api_response error_answer(int status, std::string_view code, std::string_view message,
                          std::string_view pointer) {
  return {status,
          json::serialize(json::object{
              {"error", {{"code", code}, {"message", message}, {"pointer", pointer}}}}),
          {}};
}

api_response handle(payment_ledger& ledger, std::size_t payments_max, const api_request& request,
                    std::int64_t now_ms) {
  auto path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (path == "/v1/payments" && request.method == "POST")
    return pay(ledger, payments_max, request, now_ms);
  if (path == "/v1/payments" && request.method == "GET")
    return list(ledger);
  if (path == "/v1/refunds" && request.method == "POST")
    return refund(ledger, request);
  if (path == "/livez" && request.method == "GET")
    return {200, R"({"status":"ok"})", {}};
  if (path == "/v1/payments" || path == "/v1/refunds" || path == "/livez")
    return error_answer(405, "method_not_allowed", "this path does not take that method");
  return error_answer(404, "not_found", "no such path");
}

} // namespace baseplate::psp_simulator
