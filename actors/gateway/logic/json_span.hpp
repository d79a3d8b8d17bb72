// Finds where values lie in JSON text, so that their bytes can be kept as they came in.
// Pure. The text must be valid JSON already (simdjson checked it): nothing is checked here again,
// but a broken text only yields wrong spans, never a read outside of it.
// Cost: one pass over the bytes.
#pragma once

#include <string_view>

namespace baseplate::gateway {

/// Walks over the values of valid JSON text from the left.
class json_walker {
 public:
  explicit json_walker(std::string_view text) : text_(text) {}

  /// The next value's bytes, without white space around it; moves behind it.
  std::string_view value();

  /// Moves over white space and `c` if that is what comes next.
  bool take(char c);

 private:
  void skip_space();
  void skip_string();

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Calls f(raw_value) for each element of a valid array.
template <class F>
void for_each_element(std::string_view array, F&& f) {
  json_walker walker(array);
  if (!walker.take('[') || walker.take(']'))
    return;
  do
    f(walker.value());
  while (walker.take(','));
}

/// Calls f(raw_value) for each member of a valid object, in the order of the text.
/// Names are not unescaped here: walk simdjson's object beside it, which has the same order.
template <class F>
void for_each_member_value(std::string_view object, F&& f) {
  json_walker walker(object);
  if (!walker.take('{') || walker.take('}'))
    return;
  do {
    walker.value();
    walker.take(':');
    f(walker.value());
  } while (walker.take(','));
}

/// `text` without white space at its ends.
std::string_view trim_json(std::string_view text) noexcept;

} // namespace baseplate::gateway
