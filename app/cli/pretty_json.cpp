#include "app/cli/pretty_json.hpp"

#include <boost/json.hpp>

namespace baseplate::app {

namespace json = boost::json;

namespace {

void print(std::string& out, const json::value& value, std::size_t depth);

/// Members or elements between `open` and `close`; `print_one(it)` writes one.
template <class Range, class PrintOne>
void print_lines(std::string& out, const Range& range, std::size_t depth, char open, char close,
                 PrintOne print_one) {
  out += open;
  bool first = true;
  for (auto& element : range) {
    out += first ? "\n" : ",\n";
    first = false;
    out.append((depth + 1) * 2, ' ');
    print_one(element);
  }
  if (!first) {
    out += '\n';
    out.append(depth * 2, ' ');
  }
  out += close;
}

void print(std::string& out, const json::value& value, std::size_t depth) {
  if (auto object = value.if_object())
    print_lines(out, *object, depth, '{', '}', [&](auto& member) {
      out += json::serialize(json::string(member.key()));
      out += ": ";
      print(out, member.value(), depth + 1);
    });
  else if (auto array = value.if_array())
    print_lines(out, *array, depth, '[', ']',
                [&](auto& element) { print(out, element, depth + 1); });
  else
    out += json::serialize(value);
}

} // namespace

std::string pretty_json(const json::value& value) {
  std::string out;
  print(out, value, 0);
  return out;
}

} // namespace baseplate::app
