// The JSON paths of targets: `$`, members by dots, elements by index, wildcards. Compiled once,
// then followed through the text of an event without building a tree.
// Spec:    docs/spec/input-transformer.md, "Paths"
// Cost:    linear in the bytes of the values that the path goes through
// Threads: no state
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::transform {

/// Bytes of a path at most, as the service has it.
inline constexpr std::size_t path_bytes_max = 256;

/// What is wrong with a path, and where: bytes from its beginning.
struct path_error {
  std::string text;
  std::size_t offset = 0;
};

class event_path {
 public:
  /// Compiles `text`: "$", "$.detail.order_id", "$.resources[0]", "$.detail.items[*].sku". The
  /// error says what was expected.
  static boost::system::result<event_path, path_error> parse(std::string_view text);

  /// Appends the value that the path leads to in `event`, without white space between its tokens;
  /// with a wildcard an array of all of them. False: it leads nowhere, and nothing was appended.
  /// Of members with the same name the last counts.
  /// @pre check_json(event) has no fault. On another text the answer means nothing.
  bool append_value(std::string_view event, std::string& out) const;

 private:
  enum class step_kind : std::uint8_t { name, index, every };

  struct step {
    step_kind kind = step_kind::name;
    std::string name;
    std::size_t index = 0;
  };

  void follow(std::string_view value, std::size_t at, std::string& out, std::size_t& found) const;

  std::vector<step> steps_;
  bool many_ = false;
};

} // namespace baseplate::transform
