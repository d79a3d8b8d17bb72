#include "actors/group/logic/envelope_parser.hpp"

#include "messages/json/scan.hpp"

#include <stdexcept>

namespace baseplate::group {

namespace {

[[noreturn]] void damaged(sequence_number sequence, const char* how) {
  throw std::runtime_error("event " + std::to_string(sequence) + ' ' + how);
}

/// The members of an object, one after the other, without looking into their values.
class member_walk {
 public:
  member_walk(std::string_view object, sequence_number sequence)
      : p_(json_text::skip_space(object.data(), object.data() + object.size())),
        end_(object.data() + object.size()), sequence_(sequence) {
    if (p_ == end_ || *p_ != '{')
      damaged(sequence_, "is no JSON object");
    ++p_;
  }

  /// Moves to the next member; false at the end of the object.
  bool next() {
    p_ = json_text::skip_space(p_, end_);
    if (p_ != end_ && *p_ == ',')
      p_ = json_text::skip_space(p_ + 1, end_);
    if (p_ != end_ && *p_ == '}')
      return false;
    bool escaped = false;
    const char* begin = p_;
    if (p_ == end_ || *p_ != '"' || (p_ = json_text::skip_string(p_, end_, escaped)) == nullptr)
      damaged(sequence_, "is no JSON object");
    key = {begin + 1, p_ - 1};
    p_ = json_text::skip_space(p_, end_);
    if (p_ == end_ || *p_ != ':')
      damaged(sequence_, "is no JSON object");
    p_ = json_text::skip_space(p_ + 1, end_);
    return true;
  }

  /// The current member's text, if it is one, with whether it holds escapes. Moves behind it.
  std::string_view text(bool& escaped) {
    if (p_ == end_ || *p_ != '"') {
      skip();
      return {};
    }
    const char* begin = p_;
    if ((p_ = json_text::skip_string(p_, end_, escaped)) == nullptr)
      damaged(sequence_, "holds a text that does not end");
    return {begin + 1, p_ - 1};
  }

  void skip() {
    if ((p_ = json_text::skip_value(p_, end_)) == nullptr)
      damaged(sequence_, "holds a value that does not end");
  }

  std::string_view key;

 private:
  const char* p_;
  const char* end_;
  sequence_number sequence_;
};

} // namespace

simdjson::dom::element event_view::document() const {
  if (!document_) {
    simdjson::dom::element root;
    if (parser->parse(envelope.data(), envelope.size(), false).get(root) != simdjson::SUCCESS)
      damaged(sequence, "is no valid JSON");
    if (simdjson::dom::element detail; root["detail"].get(detail) != simdjson::SUCCESS)
      damaged(sequence, "has no detail");
    document_ = root;
  }
  return *document_;
}

std::string event_view::extensions() const {
  simdjson::dom::element extensions;
  if (document()["extensions"].get(extensions) != simdjson::SUCCESS)
    return {};
  return simdjson::minify(extensions);
}

const event_view& envelope_parser::parse(const chunk& from, const event_ref& event) {
  static_assert(chunk::padding >= simdjson::SIMDJSON_PADDING);
  const auto bytes = from.envelope(event);
  view_ = {};
  view_.sequence = event.sequence;
  view_.ingested_at_ms = event.ingested_at_ms;
  view_.envelope = bytes;
  view_.parser = &parser_;

  struct field {
    std::string_view name;
    std::string_view* value;
    bool seen;
  };

  std::array<field, 4> fields{{{"id", &view_.id, false},
                               {"detail-type", &view_.detail_type, false},
                               {"source", &view_.source, false},
                               {"time", &view_.time, false}}};
  std::size_t seen = 0;
  bool has_detail = false;
  for (member_walk member{bytes, event.sequence}; member.next();) {
    if (member.key == "detail") {
      has_detail = true;
      // The node writes it behind all fields.
      if (seen == fields.size())
        break;
    }
    std::size_t i = 0;
    while (i < fields.size() && (fields[i].seen || fields[i].name != member.key))
      ++i;
    if (i == fields.size()) {
      member.skip();
      continue;
    }
    bool escaped = false;
    *fields[i].value = member.text(escaped);
    fields[i].seen = true;
    ++seen;
    if (escaped) {
      unescaped_[i].clear();
      if (!json_text::unescape(*fields[i].value, unescaped_[i]))
        damaged(event.sequence, "holds a text with an escape that does not exist");
      *fields[i].value = unescaped_[i];
    }
  }
  if (!has_detail)
    damaged(event.sequence, "has no detail");
  return view_;
}

} // namespace baseplate::group
