// Any bytes as a PutEvents body: what is published is valid, every entry has its answer, the answer
// is JSON.
#include "actors/gateway/logic/put_events_request.hpp"
#include "tests/gateway/fuzz_support.hpp"

#include <cstddef>
#include <cstdint>

using namespace baseplate;
using namespace baseplate::gateway;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ingest_fixture fixture;
  std::string body{reinterpret_cast<const char*>(data), size};
  const auto got = parse_put_events(body, fixture.context());
  if (got.error) {
    BASEPLATE_ASSERT(got.batch.events.empty());
    check_json(render(*got.error));
    return 0;
  }
  BASEPLATE_ASSERT(!got.entries.empty() && got.entries.size() <= fixture.settings.entries_max);
  std::size_t published = 0;
  for (auto& entry : got.entries)
    published += entry.fault == entry_fault::none && !entry.bus_unknown;
  BASEPLATE_ASSERT(published == got.batch.events.size());
  checked_envelopes(got.batch);
  std::string answer;
  append_put_events_response(answer, got.entries);
  check_json(answer);
  return 0;
}
