// The recorded cases outside the repository, line by line, with the texts of their members as they
// stand there: numbers must keep their spelling.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::rules {

/// $BASEPLATE_SHARED, by default ../shared beside the repository.
std::filesystem::path shared_dir();

/// A case of patterns.jsonl or patterns_validity.jsonl.
struct pattern_case {
  std::string id;
  std::string authority;
  std::string pattern;
  /// Empty in patterns_validity.
  std::string event;
  /// "true", "false", "error", "valid".
  std::string expect;
  std::string error_code;
  std::string error_message;
};

/// All cases of a file; none, with a loud word on stderr, if it is absent.
std::vector<pattern_case> read_cases(std::string_view file);

/// The text of a member of the object that is the line; empty: none.
std::string raw_member(std::string_view line, std::string_view name);

/// What a JSON string's text stands for; other text as it is.
std::string string_of(std::string_view raw);

/// The text with 64 bytes behind it that no matcher may take for part of it.
class padded {
 public:
  explicit padded(std::string_view text) : bytes_(text), size_(text.size()) {
    bytes_.append(64, '"');
  }

  std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  std::string bytes_;
  std::size_t size_;
};

} // namespace baseplate::rules
