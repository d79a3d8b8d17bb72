// A matcher that follows the written semantics step by step, to compare the engine with. It shares
// no code with it: a tree of its own, numbers as decimals, exhaustive search over array elements.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate::rules::naive {

/// JSON with repeated keys and the text of numbers.
struct node {
  enum kind_t { object, array, string, number, literal } kind = literal;

  std::string text;
  std::vector<std::pair<std::string, node>> members;
  std::vector<node> elements;
};

/// @pre valid JSON; throws std::runtime_error
node parse(std::string_view text);

/// A value of an event: its path, and which element of which array it stands in.
struct leaf {
  std::string path;
  const node* value;
  std::map<int, int> elements;
};

std::vector<leaf> flatten(const node& event);

/// One alternative of $or, multiplied out: path to the list of the pattern.
using branch = std::map<std::string, const node*>;

std::vector<branch> branches(const node& pattern);

/// True if the event satisfies one of the branches.
bool matches(const std::vector<branch>& pattern, const std::vector<leaf>& event);

} // namespace baseplate::rules::naive
