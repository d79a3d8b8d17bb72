#include "actors/gateway/logic/sse.hpp"

#include "messages/assert.hpp"

#include <algorithm>

namespace baseplate::gateway {

void append_tail_event(std::string& out, std::string_view envelope, std::string_view bus_json,
                       sequence_number sequence) {
  BASEPLATE_ASSERT(envelope.size() >= 2 && envelope.front() == '{' && envelope.back() == '}');
  const auto number = std::to_string(sequence);
  out.reserve(out.size() + envelope.size() + bus_json.size() + 64);
  out += "id: ";
  out += number;
  out += "\ndata: ";
  const auto begin = out.size();
  out += envelope.substr(0, envelope.size() - 1);
  // In valid JSON a raw line break stands between tokens only: a space says the same.
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
  if (envelope.size() > 2)
    out += ',';
  out += "\"bus\":";
  out += bus_json;
  out += ",\"sequence\":";
  out += number;
  out += "}\n\n";
}

void append_sse_event(std::string& out, std::string_view data, sequence_number sequence) {
  out += "id: ";
  out += std::to_string(sequence);
  out += '\n';
  do {
    const auto end = std::min(data.find('\n'), data.size());
    auto line = data.substr(0, end);
    data.remove_prefix(std::min(end + 1, data.size()));
    out += "data: ";
    for (const auto c : line)
      if (c != '\r')
        out += c;
    out += '\n';
  } while (!data.empty());
  out += '\n';
}

void append_sse_marker(std::string& out, std::string_view name, std::string_view json) {
  out += "event: ";
  out += name;
  out += "\ndata: ";
  out += json;
  out += "\n\n";
}

} // namespace baseplate::gateway
