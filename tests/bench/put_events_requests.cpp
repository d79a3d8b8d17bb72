#include "tests/bench/put_events_requests.hpp"

#include <boost/json.hpp>

#include <charconv>
#include <stdexcept>

namespace baseplate::bench {

namespace {

namespace json = boost::json;

json::object entry_of(std::string_view line, std::size_t number, const std::string& bus) {
  json::error_code ec;
  auto parsed = json::parse(line, ec);
  if (ec || !parsed.is_object())
    throw std::runtime_error("line " + std::to_string(number) + " is not a JSON object");
  auto& event = parsed.as_object();
  auto* source = event.if_contains("source");
  auto* type = event.if_contains("detail-type");
  auto* detail = event.if_contains("detail");
  if (!source || !source->is_string() || !type || !type->is_string() || !detail
      || !detail->is_object())
    throw std::runtime_error("line " + std::to_string(number)
                             + " is no event with source, detail-type and detail");
  json::object entry;
  entry["Source"] = *source;
  entry["DetailType"] = *type;
  entry["Detail"] = json::serialize(*detail);
  if (!bus.empty())
    entry["EventBusName"] = bus;
  return entry;
}

std::string request_of(json::array entries, const std::string& host) {
  auto body = json::serialize(json::object{{"Entries", std::move(entries)}});
  std::string out = "POST / HTTP/1.1\r\nHost: " + host
                    + "\r\nContent-Type: application/x-amz-json-1.1\r\n"
                      "X-Amz-Target: AWSEvents.PutEvents\r\nContent-Length: ";
  out += std::to_string(body.size());
  out += "\r\n\r\n";
  out += body;
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto c = a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] + 32) : a[i];
    if (c != lower[i])
      return false;
  }
  return true;
}

} // namespace

std::vector<std::string> make_put_events_requests(std::string_view json_lines,
                                                  const request_options& options) {
  if (options.events_per_request < 1 || options.events_per_request > 10)
    throw std::runtime_error("a PutEvents request takes 1 to 10 entries");
  std::vector<std::string> out;
  json::array entries;
  std::size_t number = 0;
  while (!json_lines.empty() && out.size() < options.requests_max) {
    auto end = json_lines.find('\n');
    auto line = json_lines.substr(0, end);
    json_lines.remove_prefix(end == std::string_view::npos ? json_lines.size() : end + 1);
    ++number;
    if (line.empty())
      continue;
    entries.push_back(entry_of(line, number, options.bus));
    if (entries.size() == options.events_per_request) {
      out.push_back(request_of(std::move(entries), options.host));
      entries = json::array();
    }
  }
  return out;
}

answer_view read_answer(std::string_view received) {
  answer_view out;
  auto head_end = received.find("\r\n\r\n");
  if (head_end == std::string_view::npos) {
    out.malformed = received.size() > 64 * 1024;
    return out;
  }
  auto head = received.substr(0, head_end);
  if (head.size() < 12 || head.substr(0, 7) != "HTTP/1."
      || std::from_chars(head.data() + 9, head.data() + 12, out.status).ec != std::errc()) {
    out.malformed = true;
    return out;
  }
  std::size_t length = 0;
  bool has_length = false;
  auto at = head.find("\r\n");
  while (at != std::string_view::npos) {
    auto begin = at + 2;
    at = head.find("\r\n", begin);
    auto line = head.substr(begin, at == std::string_view::npos ? at : at - begin);
    auto colon = line.find(':');
    if (colon == std::string_view::npos)
      continue;
    auto name = line.substr(0, colon);
    auto value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ')
      value.remove_prefix(1);
    if (equals_ignoring_case(name, "content-length"))
      has_length
          = std::from_chars(value.data(), value.data() + value.size(), length).ec == std::errc();
    else if (equals_ignoring_case(name, "connection"))
      out.closes = equals_ignoring_case(value, "close");
  }
  if (!has_length) {
    out.malformed = true;
    return out;
  }
  if (received.size() < head_end + 4 + length)
    return out;
  out.complete = true;
  out.body = received.substr(head_end + 4, length);
  out.size = head_end + 4 + length;
  return out;
}

} // namespace baseplate::bench
