#include "app/client/batch_result.hpp"

#include <boost/json.hpp>

namespace baseplate::app {

namespace json = boost::json;

namespace {

std::string text_of(const json::object& object, const char* name) {
  auto member = object.if_contains(name);
  auto string = member ? member->if_string() : nullptr;
  return string ? std::string{string->data(), string->size()} : std::string{};
}

/// The results of the body, if it holds one per record.
const json::array* results_of(const json::value& body, std::size_t records) {
  auto object = body.if_object();
  auto member = object ? object->if_contains("results") : nullptr;
  auto results = member ? member->if_array() : nullptr;
  return results && results->size() == records ? results : nullptr;
}

} // namespace

batch_result read_batch_result(const client_response& response, std::size_t records) {
  batch_result out;
  json::error_code ec;
  auto body = json::parse(response.body, ec);
  auto results = ec ? nullptr : results_of(body, records);
  auto again = response.status == 0 || response.status == 408 || response.status == 429
               || response.status >= 500;
  if (results && !again) {
    out.verdict = batch_verdict::answered;
    for (std::size_t i = 0; i < records; ++i) {
      auto object = (*results)[i].if_object();
      auto error = object ? object->if_contains("error") : nullptr;
      auto fault = error ? error->if_object() : nullptr;
      if (fault)
        out.refusals.push_back(
            {i, text_of(*fault, "code"), text_of(*fault, "message"), text_of(*fault, "pointer")});
    }
    out.accepted = records - out.refusals.size();
    return out;
  }
  out.reason = describe_failure(response);
  if (again) {
    out.verdict = batch_verdict::again;
  } else if (response.status == 413 && records > 1) {
    out.verdict = batch_verdict::halve;
  } else {
    out.verdict = batch_verdict::refused;
    if (response.status >= 200 && response.status < 300)
      out.reason += " (this is no answer of a baseplate node)";
  }
  return out;
}

} // namespace baseplate::app
