#include "app/cli/text_file.hpp"

#include "messages/json/utf8.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace baseplate::app {

namespace {

using fault = std::string;

/// A fault as the error of a result whose value is a string, too.
boost::system::result<std::string, std::string> failure(fault text) {
  return {boost::system::in_place_error, std::move(text)};
}

std::size_t line_begin(std::string_view text, std::size_t offset) {
  auto end = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

} // namespace

boost::system::result<std::string, std::string> read_text_file(const std::string& path) {
  auto close = [](std::FILE* file) {
    if (file != stdin)
      std::fclose(file);
  };
  std::unique_ptr<std::FILE, decltype(close)> file{
      path == "-" ? stdin : std::fopen(path.c_str(), "rb"), close};
  if (!file)
    return failure(path + ": " + std::strerror(errno));
  std::string out;
  char piece[64 * 1024];
  while (auto count = std::fread(piece, 1, sizeof piece, file.get())) {
    out.append(piece, count);
    if (out.size() > text_file_bytes_max)
      return failure(path + ": larger than 16 MiB");
  }
  if (std::ferror(file.get()))
    return failure(path + ": " + std::strerror(errno));
  if (out.ends_with('\n'))
    out.pop_back();
  if (out.ends_with('\r'))
    out.pop_back();
  return {boost::system::in_place_value, std::move(out)};
}

std::string place_in(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  auto begin = line_begin(text, offset);
  auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
  return "line " + std::to_string(line) + ", column "
         + std::to_string(1 + utf8_length(text.substr(begin, offset - begin)));
}

std::string marked_line(std::string_view text, std::size_t offset) {
  constexpr std::size_t shown = 100;
  constexpr std::size_t before = 60;
  offset = std::min(offset, text.size());
  auto begin = line_begin(text, offset);
  auto end = std::min(text.find('\n', begin), text.size());
  if (offset - begin > before) {
    begin = offset - before;
    while (begin < offset && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
      ++begin;
  }
  auto line = utf8_prefix(text.substr(begin, end - begin), shown);
  std::string out{line};
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20)
      c = ' ';
  return out + "\n" + std::string(utf8_length(text.substr(begin, offset - begin)), ' ') + "^";
}

} // namespace baseplate::app
