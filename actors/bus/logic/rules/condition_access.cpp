// By which keys a predicate can be found.
#include "actors/bus/logic/rules/catalog.hpp"
#include "actors/bus/logic/rules/text_match.hpp"
#include "actors/bus/logic/rules/unicode.hpp"

#include <algorithm>

namespace baseplate::rules {

namespace {

constexpr std::size_t gram_min = 3;
constexpr std::size_t gram_max = 4;

std::string lowered(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    c = ascii_lower(c);
  return out;
}

} // namespace

access catalog::access_of(std::uint32_t path, const predicate& x) {
  const auto keyed = [&](key_kind kind, std::string_view text, bool sure) {
    return access{acquire_key(path, kind, text), access::keyed, sure};
  };
  const std::string_view text = x.text;
  const bool short_enough = text.size() <= affix_key_max;
  const auto front = text.substr(0, affix_key_max);
  const auto back = text.substr(text.size() - std::min(text.size(), affix_key_max));
  switch (x.kind) {
  case predicate_kind::literal:
    return keyed(key_kind::literal, text, true);
  case predicate_kind::string:
    return keyed(key_kind::text, text, true);
  case predicate_kind::number:
    return keyed(key_kind::number, {reinterpret_cast<const char*>(&x.low), sizeof(x.low)}, true);
  case predicate_kind::address: {
    std::string network;
    network_key(network, x.address, x.bits);
    return keyed(key_kind::network, network, true);
  }
  case predicate_kind::prefix:
    return text.empty() ? access{} : keyed(key_kind::prefix, front, short_enough);
  case predicate_kind::suffix:
    return text.empty() ? access{} : keyed(key_kind::suffix, back, short_enough);
  case predicate_kind::equals_fold:
    // Beyond ASCII a letter's cases may have different lengths: such patterns are evaluated.
    return is_ascii(text) ? keyed(key_kind::fold, lowered(text), true) : access{};
  case predicate_kind::prefix_fold:
    return is_ascii(text) && !text.empty()
               ? keyed(key_kind::prefix_fold, lowered(front), short_enough)
               : access{};
  case predicate_kind::suffix_fold:
    return is_ascii(text) && !text.empty()
               ? keyed(key_kind::suffix_fold, lowered(back), short_enough)
               : access{};
  case predicate_kind::wildcard:
    return wildcard_access(path, x);
  case predicate_kind::range:
    return {no_id, access::range, true};
  default:
    return {};
  }
}

access catalog::wildcard_access(std::uint32_t path, const predicate& x) {
  const auto& pieces = x.lists->texts;
  // The key that fewest branches use so far; at equality the first.
  std::uint32_t best = no_id;
  const auto load = [&](std::uint32_t id) { return std::max(keys_[id].uses, keys_[id].refs); };
  const auto offer = [&](key_kind kind, std::string_view text) {
    const auto id = acquire_key(path, kind, text);
    if (best == no_id || load(id) < load(best)) {
      if (best != no_id)
        release_key(best);
      best = id;
    } else {
      release_key(id);
    }
  };
  if (const std::string_view front = pieces.front(); !front.empty())
    offer(key_kind::prefix, front.substr(0, affix_key_max));
  if (const std::string_view back = pieces.back(); !back.empty())
    offer(key_kind::suffix, back.substr(back.size() - std::min(back.size(), affix_key_max)));
  const bool has_short_affix = best != no_id;
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const std::string_view piece = pieces[i];
    if (piece.size() < gram_min)
      continue;
    // A few of a long piece's grams are choice enough.
    const auto size = std::min(piece.size(), gram_max);
    constexpr std::size_t tries_max = 8;
    for (std::size_t at = 0; at + size <= piece.size() && at < tries_max; ++at) {
      if (has_short_affix && load(best) <= 1)
        break; // nobody else has it: as good as any gram, and cheaper to look up
      offer(size == gram_max ? key_kind::gram4 : key_kind::gram3, piece.substr(at, size));
    }
  }
  if (best == no_id)
    return {};
  return {best, access::keyed, false};
}

} // namespace baseplate::rules
