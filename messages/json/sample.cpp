#include "messages/json/sample.hpp"

#include <algorithm>
#include <array>

namespace baseplate {

namespace {

/// Extra characters of arbitrary texts at most, beyond what their rule demands.
constexpr std::uint64_t text_spread = 24;
constexpr std::uint64_t list_spread = 4;

/// One of each kind that a codec may get wrong: escapes, controls, two to four bytes, quotes,
/// pointers' own.
constexpr std::array<std::string_view, 14> characters
    = {"a", "Z",  "0",    " ",    "\"",       "\\",           "/",
       "~", "\n", "\x01", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\xa7\xb1"};

} // namespace

std::uint64_t sampler::bits() {
  state_ += 0x9E37'79B9'7F4A'7C15;
  std::uint64_t x = state_;
  x = (x ^ x >> 30) * 0xBF58'476D'1CE4'E5B9;
  x = (x ^ x >> 27) * 0x94D0'49BB'1331'11EB;
  return x ^ x >> 31;
}

json_integer sampler::integer(const detail::integer_bounds& bounds) {
  const auto& [least, greatest] = bounds;
  const bool small_fits = !least.negative ? least.magnitude <= 1 : true;
  if (kind_ == sample_kind::example)
    return small_fits && !greatest.negative && greatest.magnitude >= 1 ? json_integer{false, 1}
                                                                       : least;
  switch (below(4)) {
  case 0:
    return least;
  case 1:
    return greatest;
  case 2:
    if (least.negative && least.magnitude > 0)
      return {true, 1 + below(least.magnitude)};
    [[fallthrough]];
  default:
    break;
  }
  if (greatest.negative)
    return greatest;
  const auto low = least.negative ? 0 : least.magnitude;
  const auto width = greatest.magnitude - low;
  return {false, low + (width == UINT64_MAX ? bits() : below(width + 1))};
}

std::string sampler::text(const member_rule& rule) {
  if (kind_ == sample_kind::example && !rule.example.empty())
    return std::string(rule.example);
  if (kind_ == sample_kind::example) {
    std::string out(rule.json);
    if (out.size() > rule.length_max)
      out.resize(rule.length_max);
    out.resize(std::max<std::size_t>(out.size(), rule.length_min), 'x');
    return out;
  }
  const auto spread = std::min<std::uint64_t>(text_spread, rule.length_max - rule.length_min);
  const auto length = rule.length_min + below(spread + 1);
  std::string out;
  for (std::uint64_t i = 0; i < length; ++i) {
    if (rule.encoding == text_encoding::base64)
      out += static_cast<char>(bits());
    else
      out += characters[below(characters.size())];
  }
  return out;
}

std::size_t sampler::list_length(const member_rule& rule) {
  if (kind_ == sample_kind::example)
    return std::max<std::size_t>(rule.length_min, std::min<std::size_t>(1, rule.length_max));
  const auto spread = std::min<std::uint64_t>(list_spread, rule.length_max - rule.length_min);
  return rule.length_min + below(spread + 1);
}

chunk_ptr sampler::chunk() {
  const auto first = 1 + below(1000);
  const auto count = kind_ == sample_kind::example ? 1 : below(4);
  std::string bytes;
  std::vector<event_ref> events;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string envelope = R"({"id":")" + std::to_string(i) + R"(","detail":{"n":"é"}})";
    events.push_back({first + i * 2, static_cast<unix_ms>(below(1ull << 40)),
                      static_cast<bus_id>(1 + below(9)), static_cast<std::uint32_t>(bytes.size()),
                      static_cast<std::uint32_t>(envelope.size())});
    bytes += envelope;
  }
  const auto last = count == 0 ? first - 1 + below(3) : first + count * 2 - 1;
  return std::make_shared<const baseplate::chunk>(std::move(bytes), std::move(events), first, last);
}

raw_json sampler::json() {
  static constexpr std::array<const char*, 6> texts
      = {R"({"page_type":"product","page_id":"10281"})",
         "null",
         "[]",
         "-12",
         R"({"a":[{"b":"\"é"}]})",
         "true"};
  return {texts[kind_ == sample_kind::example ? 0 : below(texts.size())]};
}

} // namespace baseplate
