// Reads an event's JSON in place and keeps the values of those paths that some rule names.
// simdjson's first stage finds the structure; no tree is built, numbers keep their text, the rest
// is skipped. Invariants: never reads outside the event and its padding, whatever it holds Cost: no
// allocation once the scratch has grown Threads:    one at a time per object
#pragma once

#include "actors/bus/logic/rules/path_trie.hpp"
#include "actors/bus/logic/rules/predicate.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::rules {

/// What became of an event.
enum class event_status : std::uint8_t {
  ok,
  /// No JSON object, or not well formed (in trusted mode only some faults are seen).
  malformed,
  /// Nested deeper than event_depth_max.
  too_deep,
  /// Longer than event_bytes_max.
  too_large,
};

/// Objects and arrays within each other that are followed.
inline constexpr std::size_t event_depth_max = 1'100;
/// Positions are 32 bits.
inline constexpr std::size_t event_bytes_max = 0x7FFF'FFFF;
/// Readable bytes that must follow the event; they may hold anything.
inline constexpr std::size_t event_padding = 64;

/// How far the event's bytes are believed.
enum class trust : std::uint8_t {
  /// Checked when they came in: what no rule names is skipped by counting brackets.
  trusted,
  /// Whole grammar, numbers and escapes are checked first.
  validated,
};

class event_scan {
 public:
  struct value {
    scalar what;
    /// The object or array element that it stands in; root_context: none that matters.
    std::uint32_t context = 0;
    /// The path's next value; no_id: none.
    std::uint32_t next = no_id;
  };

  /// Where values of a path are.
  struct path_values {
    std::uint32_t stamp = 0;
    std::uint32_t first = no_id;
    std::uint32_t last = no_id;
    std::uint32_t count = 0;
    /// Some of them stand in array elements.
    bool in_arrays = false;
  };

  /// An object or array that is an element of an array.
  struct context {
    std::uint32_t parent = 0;
    std::uint32_t array = no_id;
  };

  event_scan();
  ~event_scan();
  event_scan(const event_scan&) = delete;
  event_scan& operator=(const event_scan&) = delete;

  /// Reads the event; its text must stay as long as the values are used. At least event_padding
  /// bytes must be readable behind it.
  event_status read(const path_trie& paths, std::string_view event, trust how);

  /// Paths that have values, in order of the first.
  std::span<const std::uint32_t> present() const { return present_; }

  bool has(std::uint32_t path) const { return paths_[path].stamp == stamp_; }

  /// @pre has(path)
  const path_values& values_of(std::uint32_t path) const { return paths_[path]; }

  const value& at(std::uint32_t i) const { return values_[i]; }

  std::span<const context> contexts() const { return contexts_; }

  /// The context that an array stands in.
  std::uint32_t context_of_array(std::uint32_t array) const { return arrays_[array]; }

  std::size_t arrays() const { return arrays_.size(); }

  /// Paths with values inside array elements.
  std::size_t paths_in_arrays() const { return paths_in_arrays_; }

  /// Some path has several values.
  bool has_several() const { return several_; }

  static constexpr std::uint32_t root_context = 0;

 private:
  struct structure;

  bool find_structure(std::string_view event);
  void reset(std::size_t path_ids, std::size_t bytes);
  bool walk_object(std::uint32_t node, std::uint32_t context, std::size_t depth);
  bool walk_array(std::uint32_t node, std::uint32_t context, std::size_t depth);
  bool walk_value(std::uint32_t node, std::uint32_t context, std::size_t depth);
  bool skip_value();
  bool read_scalar(scalar& out);
  void keep(std::uint32_t path, const scalar& x, std::uint32_t context);
  std::string_view unescape(std::string_view inside);

  const path_trie* trie_ = nullptr;
  std::unique_ptr<structure> structure_;
  const char* text_ = nullptr;
  std::size_t size_ = 0;
  const std::uint32_t* at_ = nullptr;
  const std::uint32_t* end_ = nullptr;
  bool has_backslash_ = false;
  bool too_deep_ = false;
  bool several_ = false;
  std::size_t paths_in_arrays_ = 0;
  std::uint32_t stamp_ = 0;
  std::vector<path_values> paths_;
  std::vector<std::uint32_t> present_;
  std::vector<value> values_;
  std::vector<context> contexts_;
  std::vector<std::uint32_t> arrays_;
  /// Unescaped texts; never moves during an event.
  std::string unescaped_;
};

/// Appends what the inside of a JSON string stands for. False: an escape is malformed; then `out`
/// has the part before it. Lone surrogates become three bytes.
bool unescape_json(std::string_view inside, std::string& out);

} // namespace baseplate::rules
