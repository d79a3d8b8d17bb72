#include "messages/json/render.hpp"

#include "messages/event.hpp"
#include "messages/json/utf8.hpp"

namespace baseplate::detail {

namespace {

/// Bytes of one text that are shown.
constexpr std::size_t text_bytes_max = 80;

constexpr std::string_view cut_mark = "...";

} // namespace

void render_sink::raw(std::string_view text) {
  if (full_)
    return;
  if (out_.size() + text.size() <= bytes_max_) {
    out_ += text;
    return;
  }
  full_ = true;
  const auto kept = bytes_max_ > cut_mark.size() ? bytes_max_ - cut_mark.size() : 0;
  if (out_.size() < kept)
    out_ += utf8_prefix(text, kept - out_.size());
  else
    out_.resize(utf8_prefix(out_, kept).size());
}

void render_sink::number(std::int64_t x) {
  raw(std::to_string(x));
}

void render_sink::number(std::uint64_t x) {
  raw(std::to_string(x));
}

void render_sink::text(std::string_view x) {
  if (!is_utf8(x)) {
    hidden(x.size());
    return;
  }
  std::string quoted;
  append_json_string(quoted, utf8_prefix(x, text_bytes_max));
  raw(quoted);
  if (x.size() > text_bytes_max)
    raw(" (" + std::to_string(x.size()) + " bytes)");
}

void render_sink::hidden(std::size_t bytes) {
  raw("<" + std::to_string(bytes) + " bytes>");
}

void render_sink::chunk(const chunk_ptr& x) {
  if (!x) {
    raw("none");
    return;
  }
  raw("<chunk " + std::to_string(x->first_sequence()) + ".." + std::to_string(x->last_sequence())
      + ", " + std::to_string(x->events().size()) + " events, " + std::to_string(x->size_bytes())
      + " bytes>");
}

std::string render_sink::finish() && {
  if (full_)
    out_ += cut_mark.substr(0, bytes_max_);
  return std::move(out_);
}

} // namespace baseplate::detail
