// Any bytes as signature header and body: nothing crashes, what is not signed is never accepted,
// what we sign always is, and the published detail is JSON that gives the body back.
#include "actors/payments/logic/notice_reader.hpp"
#include "actors/payments/logic/payment_state.hpp"
#include "actors/payments/logic/webhook_signature.hpp"
#include "actors/payments/payments.hpp"
#include "messages/assert.hpp"
#include "messages/json/base64.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>

using namespace baseplate;
using namespace baseplate::payments;

namespace {

const std::string secret = "psp-development-secret";
constexpr unix_ms now = 1'790'000'000'000;

const http_route& route() {
  static const auto made = [] {
    payments_options options;
    options.webhook_secrets = {secret};
    return payments_routes(options).at(0);
  }();
  return made;
}

int status_of(const std::string& body, const std::string& signature) {
  http_request request;
  request.method = "POST";
  request.path = "/v1/webhooks/psp";
  request.body = body;
  request.headers.emplace_back("psp-signature", signature);
  auto decision = route().decide(request, now);
  BASEPLATE_ASSERT(decision.publish.size() == 1 && decision.response);
  auto data = boost::json::parse(decision.publish[0].detail).at("data").as_object();
  auto kept = std::string(data.at("body").as_string());
  if (data.at("encoding").as_string() == "base64") {
    std::string bytes;
    BASEPLATE_ASSERT(from_base64(kept, bytes));
    kept = bytes;
  }
  BASEPLATE_ASSERT(kept == body);
  return decision.response->status;
}

} // namespace

/// The first line is the header, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string input(reinterpret_cast<const char*>(bytes), size);
  auto line = input.find('\n');
  auto header = input.substr(0, line);
  auto body = line == std::string::npos ? std::string{} : input.substr(line + 1);
  auto signature = sign_webhook({secret}, body, now / 1000);
  // A fuzzer that finds a signature without the secret has found more than a bug. The corpus has
  // one, and hex digits may be capitals.
  auto small = header;
  for (auto& c : small)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (small.find(signature.substr(signature.find("v1=") + 3)) == std::string::npos)
    BASEPLATE_ASSERT(status_of(body, header) == 401);
  BASEPLATE_ASSERT(status_of(body, signature) == 202);
  auto read = read_notice(body);
  BASEPLATE_ASSERT(read.notice.has_value() == read.fault.reason.empty());
  if (read.notice) {
    payment_state state;
    state.amount_minor = read.notice->amount_minor;
    state.currency = read.notice->currency;
    apply_notice(state, *read.notice);
    auto before = state;
    BASEPLATE_ASSERT(apply_notice(state, *read.notice).duplicate);
    BASEPLATE_ASSERT(state == before);
  }
  return 0;
}
