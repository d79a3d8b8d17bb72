// Any bytes as native events, as JSON or as lines (by the first byte): what is published is valid,
// and publishing the envelopes again gives the same envelopes.
#include "actors/gateway/logic/native_events.hpp"
#include "tests/gateway/fuzz_support.hpp"

#include <cstddef>
#include <cstdint>

using namespace baseplate;
using namespace baseplate::gateway;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  ingest_fixture fixture;
  std::string body{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto got = data[0] & 1 ? parse_native_lines(body, "default", fixture.context())
                               : parse_native_json(body, "default", fixture.context());
  check_records(got);
  for (auto& envelope : checked_envelopes(got.batch)) {
    auto again_body = envelope;
    const auto again = parse_native_json(again_body, "default", fixture.context());
    // Only nesting can stop it: an event that was just deep enough as a line is one deeper in
    // nothing.
    BASEPLATE_ASSERT(!again.fault && again.records.at(0).accepted());
    BASEPLATE_ASSERT(again.batch.bytes == envelope);
  }
  return 0;
}
