// Described messages → one line for people: the inspector, CAF's to_string, assertions in tests.
// Bounded: never longer than it was asked for; texts and lists are cut and say how much there was.
// What a member_rule marks secret, and bytes, show their length only. Control characters are
// escaped.
#pragma once

#include "messages/chunk.hpp"
#include "messages/json/raw_json.hpp"
#include "messages/json/rules.hpp"

#include <optional>
#include <string>
#include <vector>

namespace baseplate {

/// Bytes of a rendering unless said otherwise.
inline constexpr std::size_t render_bytes_max = 512;

namespace detail {

/// Collects text until the limit is reached.
class render_sink {
 public:
  explicit render_sink(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void raw(std::string_view text);
  void number(std::int64_t x);
  void number(std::uint64_t x);
  /// In quotes, escaped, cut.
  void text(std::string_view x);
  /// "<14 bytes>": what must not or cannot be shown.
  void hidden(std::size_t bytes);
  void chunk(const chunk_ptr& x);

  /// Nothing more will be shown: callers may stop early.
  bool full() const { return full_; }

  /// The text; ends with "..." when something was left out for length.
  std::string finish() &&;

 private:
  std::string out_;
  std::size_t bytes_max_;
  bool full_ = false;
};

/// Elements of a list that are shown; of the rest their number.
inline constexpr std::size_t rendered_elements_max = 4;

template <described T>
void render_value(render_sink& sink, const member_rule&, const T& x);

inline void render_value(render_sink& sink, const member_rule&, bool x) {
  sink.raw(x ? "true" : "false");
}

template <std::integral T>
void render_value(render_sink& sink, const member_rule&, T x) {
  if constexpr (std::is_signed_v<T>)
    sink.number(std::int64_t{x});
  else
    sink.number(std::uint64_t{x});
}

template <described_enum T>
void render_value(render_sink& sink, const member_rule&, T x) {
  sink.raw(enum_name(x));
}

inline void render_value(render_sink& sink, const member_rule& rule, const std::string& x) {
  if (rule.secret || rule.encoding != text_encoding::plain)
    sink.hidden(x.size());
  else
    sink.text(x);
}

inline void render_value(render_sink& sink, const member_rule&, const raw_json& x) {
  sink.hidden(x.text.size());
}

inline void render_value(render_sink& sink, const member_rule&, const chunk_ptr& x) {
  sink.chunk(x);
}

template <class T>
void render_value(render_sink& sink, const member_rule& rule, const std::optional<T>& x) {
  if (x)
    render_value(sink, rule, *x);
  else
    sink.raw("none");
}

template <class T>
void render_value(render_sink& sink, const member_rule& rule, const std::vector<T>& xs) {
  sink.raw("[");
  for (std::size_t i = 0; i < xs.size() && !sink.full(); ++i) {
    if (i > 0)
      sink.raw(", ");
    if (i == rendered_elements_max) {
      sink.number(static_cast<std::uint64_t>(xs.size() - i));
      sink.raw(" more");
      break;
    }
    render_value(sink, rule, xs[i]);
  }
  sink.raw("]");
}

template <described T>
void render_value(render_sink& sink, const member_rule&, const T& x) {
  sink.raw(type_name_of<T>());
  sink.raw("{");
  bool first = true;
  for_each_member(x, [&](const member_rule& rule, const auto& member) {
    if (sink.full())
      return;
    if (!first)
      sink.raw(" ");
    first = false;
    sink.raw(rule.member);
    sink.raw("=");
    render_value(sink, rule, member);
  });
  sink.raw("}");
}

} // namespace detail

/// commit{subscriber=5 epoch=77 ... states=[state_change{key="k" value=<14 bytes>}, 7 more] ...}
template <described T>
std::string render(const T& x, std::size_t bytes_max = render_bytes_max) {
  detail::render_sink sink(bytes_max);
  detail::render_value(sink, member_rule{}, x);
  return std::move(sink).finish();
}

} // namespace baseplate
