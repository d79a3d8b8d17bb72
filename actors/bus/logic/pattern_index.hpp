// Finds which of many patterns an event satisfies: walks its JSON once, following only names that
// some pattern has. Invariants: what one pattern matches does not depend on the others; match()
// cannot fail on a valid envelope and finds
//             nothing in an invalid one
// Cost:       match() grows with the event's size and with the patterns filed under values that the
// event has: each pattern
//             is filed under its least crowded field, so most that do not match are never looked at
// Threads:    one at a time; match() uses scratch of its own
// Not here:   operators; a full rule engine replaces this class behind event_matcher.hpp
#pragma once

#include "actors/bus/logic/array_consistency.hpp"
#include "actors/bus/logic/event_pattern.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace baseplate::bus {

class pattern_index {
 public:
  /// Adds a pattern; its slot is the number of patterns added before it.
  std::uint32_t add(const event_pattern& pattern);

  /// Appends the slots of all patterns that the event's JSON satisfies, each once, in no order.
  void match(std::string_view envelope, std::vector<std::uint32_t>& slots);

  std::size_t size() const { return patterns_.size(); }

 private:
  struct text_hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view x) const { return std::hash<std::string_view>{}(x); }
  };

  template <class T>
  using text_map = std::unordered_map<std::string, T, text_hash, std::equal_to<>>;

  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  /// One name on the way to a field.
  struct path_node {
    text_map<std::uint32_t> children;
    /// Bit per hash of a child's name: tells most foreign names without hashing them.
    std::uint64_t filter = 0;
    /// Index into fields_ if a pattern's path ends here.
    std::uint32_t field = none;
  };

  /// A path that patterns name, with the values they want of it.
  struct field_entry {
    text_map<std::uint32_t> values;
    bool has_ip = false;
  };

  struct condition {
    std::uint32_t field = 0;
    /// Value ids, sorted.
    std::vector<std::uint32_t> values;
  };

  struct pattern_entry {
    std::vector<condition> conditions;
    std::uint64_t seen = 0;
  };

  struct hit {
    std::uint32_t value = 0;
    std::uint32_t context = 0;
  };

  static std::uint64_t filter_bit(std::string_view name);
  std::uint32_t path(std::string_view joined);
  std::uint32_t value(std::uint32_t field, const std::string& key);
  std::uint32_t child(std::uint32_t node, std::string_view name) const;
  std::uint32_t child_of_dotted(std::uint32_t node, std::string_view name) const;

  const char* walk_object(const char* p, std::uint32_t node, std::uint32_t context, int depth);
  const char* walk_array(const char* p, std::uint32_t node, std::uint32_t context, int depth);
  const char* walk_value(const char* p, std::uint32_t node, std::uint32_t context, int depth);
  void take_scalar(std::uint32_t field, std::string_view text, std::uint32_t context);
  bool verify(const pattern_entry& pattern);

  std::vector<path_node> nodes_{1};
  std::vector<field_entry> fields_;
  std::vector<pattern_entry> patterns_;
  /// By value id: the patterns filed under it.
  std::vector<std::vector<std::uint32_t>> filed_;

  // Scratch of match().
  const char* end_ = nullptr;
  std::uint64_t stamp_ = 0;
  std::uint32_t arrays_ = 0;
  std::vector<array_context> contexts_;
  std::vector<std::vector<hit>> hits_;
  std::vector<std::uint32_t> touched_;
  std::string key_;
  std::string name_;
  std::string text_;
  std::vector<std::vector<std::uint32_t>> in_arrays_;
};

} // namespace baseplate::bus
