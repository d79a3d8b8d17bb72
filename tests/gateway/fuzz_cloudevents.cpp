// Any bytes as a CloudEvent: structured, batched or binary by the first byte. Binary: header lines
// "name: value", an empty line, the data.
#include "actors/gateway/logic/cloudevents.hpp"
#include "tests/gateway/fuzz_support.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

using namespace baseplate;
using namespace baseplate::gateway;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  ingest_fixture fixture;
  std::string body{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 3) {
  case 0:
    check_records(parse_cloudevent(body, "default", fixture.context()));
    break;
  case 1:
    check_records(parse_cloudevents_batch(body, "default", fixture.context()));
    break;
  default: {
    const auto head = body;
    std::string_view rest = head;
    ce_headers headers;
    std::string_view content_type;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const auto line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.empty())
        break;
      const auto colon = std::min(line.find(": "), line.size());
      const auto value = line.substr(std::min(colon + 2, line.size()));
      const auto name = line.substr(0, colon);
      const auto is_token
          = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
      if (name == "content-type")
        content_type = value;
      else if (is_token) // HTTP lets nothing else through
        headers.emplace_back(name, value);
    }
    std::string payload{rest};
    check_records(
        parse_binary_cloudevent(headers, content_type, payload, "default", fixture.context()));
  }
  }
  return 0;
}
