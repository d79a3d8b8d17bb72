// Any bytes from a socket: the same requests and the same fault whether they come at once or in
// pieces (the first byte says how large), and targets and queries that can be taken apart.
#include "actors/gateway/http/request_reader.hpp"
#include "actors/gateway/logic/request_target.hpp"
#include "actors/gateway/logic/tail_query.hpp"
#include "messages/assert.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace baseplate;
using namespace baseplate::gateway;

namespace {

std::vector<std::string> read_all(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> out;
  request_reader reader{{}};
  std::string buffer;
  std::size_t given = 0;
  for (;;) {
    const auto used = reader.read(buffer);
    BASEPLATE_ASSERT(used <= buffer.size());
    buffer.erase(0, used);
    if (reader.status() == request_reader::state::head) {
      reader.allow_body(1000);
      if (reader.status() == request_reader::state::head)
        continue;
    }
    if (reader.status() == request_reader::state::failed) {
      BASEPLATE_ASSERT(reader.fault().status >= 400);
      out.push_back(std::to_string(reader.fault().status));
      return out;
    }
    if (reader.status() == request_reader::state::done) {
      auto& request = reader.request();
      BASEPLATE_ASSERT(request.body.size() <= 1000);
      std::string text{request.method()};
      text += '\0';
      text += request.target();
      text += '\0';
      request.for_each_header([&](std::string_view name, std::string_view value) {
        text += name;
        text += '\0';
        text += value;
        text += '\0';
      });
      text += request.body;
      text += request.keep_alive() ? '1' : '0';
      out.push_back(std::move(text));
      if (const auto target = parse_target(request.target())) {
        percent_decode(target->path);
        parse_tail(target->query, request.header("last-event-id"));
      }
      reader.next();
      continue;
    }
    if (given == bytes.size())
      return out;
    const auto more = bytes.substr(given, piece);
    buffer += more;
    given += more.size();
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto whole = read_all(bytes, bytes.size() + 1);
  const auto pieces = read_all(bytes, data[0] % 64 + 1);
  auto shorter = whole;
  if (shorter.size() == pieces.size() + 1)
    shorter.pop_back(); // a fault in headers that are not whole yet: seen at once, or when they are
  BASEPLATE_ASSERT(whole == pieces || shorter == pieces);
  return 0;
}
