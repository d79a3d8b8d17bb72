#include "actors/gateway/logic/uuid_source.hpp"

#include "messages/event.hpp"

namespace baseplate::gateway {

namespace {

std::uint64_t rotate(std::uint64_t x, int bits) noexcept {
  return (x << bits) | (x >> (64 - bits));
}

} // namespace

uuid_source::uuid_source(const random_bits& seed) {
  std::uint64_t all = 0;
  for (auto& word : state_)
    all |= word = seed();
  if (all == 0) // the one state that xoshiro never leaves
    state_[0] = 1;
}

std::uint64_t uuid_source::next() noexcept {
  const auto result = rotate(state_[1] * 5, 7) * 9;
  const auto t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = rotate(state_[3], 45);
  return result;
}

void uuid_source::append(std::string& out) {
  const auto high = next();
  append_uuid(out, high, next());
}

std::string uuid_source::make() {
  std::string out;
  append(out);
  return out;
}

} // namespace baseplate::gateway
