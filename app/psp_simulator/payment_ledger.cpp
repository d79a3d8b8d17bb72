#include "app/psp_simulator/payment_ledger.hpp"

#include "messages/event.hpp"

#include <boost/json.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace baseplate::psp_simulator {

namespace json = boost::json;

namespace {

json::object to_json(const kept_payment& payment) {
  json::array notices;
  for (auto& notice : payment.plan.notices)
    notices.push_back({{"type", notice.type},
                       {"success", notice.success},
                       {"sequence", notice.sequence},
                       {"delay_ms", notice.delay_ms}});
  return {{"op", "payment"},
          {"payment_id", payment.payment_id},
          {"order_id", payment.order_id},
          {"idempotency_key", payment.idempotency_key},
          {"amount_minor", payment.amount_minor},
          {"currency", payment.currency},
          {"accepted_at_ms", payment.accepted_at_ms},
          {"outcome", payment.plan.outcome},
          {"notices", std::move(notices)}};
}

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

std::unique_ptr<kept_payment> payment_from(const json::object& object) {
  auto payment = std::make_unique<kept_payment>();
  payment->payment_id = text_of(object, "payment_id");
  payment->order_id = text_of(object, "order_id");
  payment->idempotency_key = text_of(object, "idempotency_key");
  payment->amount_minor = object.at("amount_minor").as_int64();
  payment->currency = text_of(object, "currency");
  payment->accepted_at_ms = object.at("accepted_at_ms").as_int64();
  payment->plan.outcome = text_of(object, "outcome");
  for (auto& item : object.at("notices").as_array()) {
    auto& notice = item.as_object();
    payment->plan.notices.push_back({text_of(notice, "type"), notice.at("success").as_bool(),
                                     static_cast<std::uint32_t>(notice.at("sequence").as_int64()),
                                     notice.at("delay_ms").as_int64()});
  }
  return payment;
}

std::string read_whole(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return {};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

} // namespace

payment_ledger::payment_ledger(std::string file, plan_options options)
    : file_(std::move(file)), options_(options) {
  if (file_.empty())
    return;
  auto text = read_whole(file_);
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0)
    throw std::runtime_error("cannot open " + file_ + ": " + std::strerror(errno));
  auto whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  text.resize(whole);
  if (::ftruncate(descriptor_, static_cast<off_t>(whole)) != 0
      || ::lseek(descriptor_, 0, SEEK_END) < 0) {
    ::close(descriptor_);
    throw std::runtime_error("cannot cut " + file_
                             + " to its last whole line: " + std::strerror(errno));
  }
  try {
    replay(text);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

payment_ledger::~payment_ledger() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

void payment_ledger::replay(const std::string& text) {
  std::size_t line_number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    auto end = text.find('\n', begin);
    ++line_number;
    try {
      apply(std::string_view(text).substr(begin, end - begin));
    } catch (const std::exception& error) {
      throw std::runtime_error(file_ + " is damaged in line " + std::to_string(line_number) + ": "
                               + error.what());
    }
    begin = end + 1;
  }
}

void payment_ledger::apply(std::string_view line) {
  auto object = json::parse(line).as_object();
  auto op = text_of(object, "op");
  if (op == "payment") {
    insert(payment_from(object));
    return;
  }
  auto found = by_id_.find(text_of(object, "payment_id"));
  if (found == by_id_.end())
    throw std::runtime_error("no such payment");
  if (op == "sent") {
    found->second->sent += 1;
  } else if (op == "refund") {
    apply_refund(*found->second, text_of(object, "refund_id"),
                 object.at("amount_minor").as_int64());
  } else {
    throw std::runtime_error("unknown op");
  }
}

kept_payment* payment_ledger::insert(std::unique_ptr<kept_payment> payment) {
  auto kept = payment.get();
  by_id_[kept->payment_id] = kept;
  by_order_[kept->order_id] = kept;
  if (!kept->idempotency_key.empty())
    by_key_[kept->idempotency_key] = kept;
  payments_.push_back(std::move(payment));
  return kept;
}

void payment_ledger::apply_refund(kept_payment& payment, std::string_view refund_id,
                                  std::int64_t amount_minor) {
  std::uint32_t last = 0;
  for (auto& notice : payment.plan.notices)
    last = std::max(last, notice.sequence);
  payment.refunds.emplace_back(refund_id);
  payment.refunded_minor += amount_minor;
  payment.partial_minor[last + 1] = amount_minor;
  payment.plan.notices.push_back({"REFUND", true, last + 1, 0});
}

bool payment_ledger::append(const std::string& line, bool sync) {
  if (descriptor_ < 0)
    return true;
  auto before = ::lseek(descriptor_, 0, SEEK_CUR);
  auto text = line + "\n";
  auto written = ::write(descriptor_, text.data(), text.size());
  if (written == static_cast<ssize_t>(text.size()) && (!sync || ::fdatasync(descriptor_) == 0))
    return true;
  // Half a line must not stay: the next one would continue it.
  if (::ftruncate(descriptor_, before) == 0)
    ::lseek(descriptor_, before, SEEK_SET);
  return false;
}

std::pair<payment_ledger::answer, const kept_payment*>
payment_ledger::pay(const payment_request& request, std::int64_t now_ms) {
  kept_payment* known = nullptr;
  if (auto found = by_order_.find(request.order_id); found != by_order_.end())
    known = found->second;
  if (!request.idempotency_key.empty())
    if (auto found = by_key_.find(request.idempotency_key); found != by_key_.end()) {
      if (known && known != found->second)
        return {answer::conflict, found->second};
      known = found->second;
    }
  if (known) {
    auto same = known->order_id == request.order_id && known->amount_minor == request.amount_minor
                && known->currency == request.currency;
    return {same ? answer::known : answer::conflict, known};
  }
  auto payment = std::make_unique<kept_payment>();
  payment->payment_id = named_uuid("psp-payment:" + request.order_id);
  payment->order_id = request.order_id;
  payment->idempotency_key = request.idempotency_key;
  payment->amount_minor = request.amount_minor;
  payment->currency = request.currency;
  payment->accepted_at_ms = now_ms;
  payment->plan = plan_payment(options_, request.order_id, request.amount_minor);
  if (!append(json::serialize(to_json(*payment)), true))
    return {answer::failed, nullptr};
  return {answer::accepted, insert(std::move(payment))};
}

payment_ledger::answer payment_ledger::refund(std::string_view order_id, std::string_view refund_id,
                                              std::int64_t amount_minor) {
  auto found = by_order_.find(std::string(order_id));
  if (found == by_order_.end())
    return answer::unknown;
  auto& payment = *found->second;
  for (auto& known : payment.refunds)
    if (known == refund_id)
      return answer::known;
  if (payment.plan.outcome == "declined" || amount_minor <= 0
      || payment.refunded_minor + amount_minor > payment.amount_minor)
    return answer::conflict;
  json::object line{{"op", "refund"},
                    {"payment_id", payment.payment_id},
                    {"refund_id", refund_id},
                    {"amount_minor", amount_minor}};
  if (!append(json::serialize(line), true))
    return answer::failed;
  apply_refund(payment, refund_id, amount_minor);
  return answer::accepted;
}

void payment_ledger::sent(const std::string& payment_id) {
  auto found = by_id_.find(payment_id);
  if (found == by_id_.end())
    return;
  found->second->sent += 1;
  append(json::serialize(json::object{{"op", "sent"}, {"payment_id", payment_id}}), false);
}

const kept_payment* payment_ledger::find(const std::string& payment_id) const {
  auto found = by_id_.find(payment_id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::string notice_body(const kept_payment& payment, std::size_t index) {
  auto& notice = payment.plan.notices.at(index);
  auto partial = payment.partial_minor.find(notice.sequence);
  json::object body{
      {"id", "ntc-" + payment.payment_id + "-" + std::to_string(notice.sequence)},
      {"order_id", payment.order_id},
      {"payment_id", payment.payment_id},
      {"sequence", notice.sequence},
      {"occurred_at", payment.accepted_at_ms + notice.sequence},
      {"type", notice.type},
      {"success", notice.success},
      {"amount_minor",
       partial == payment.partial_minor.end() ? payment.amount_minor : partial->second},
      {"currency", payment.currency},
  };
  if (!notice.success)
    body["reason"] = "declined_by_issuer";
  return json::serialize(body);
}

} // namespace baseplate::psp_simulator
