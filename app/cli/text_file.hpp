// Texts of commands: a whole file or stdin, and a place in a text shown to people.
#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace baseplate::app {

/// Bytes of a file at most.
inline constexpr std::size_t text_file_bytes_max = 16 * 1024 * 1024;

/// The bytes of `path` ("-": stdin) without a line end at the end; the error is a sentence that
/// names the file.
boost::system::result<std::string, std::string> read_text_file(const std::string& path);

/// "line 2, column 7" of a byte, both from 1; the column counts characters. Pure.
std::string place_in(std::string_view text, std::size_t offset);

/// The line of `text` that `offset` is in, and below it a ^ where it is; at most 100 characters of
/// the line, from where the fault can be seen. Pure.
std::string marked_line(std::string_view text, std::size_t offset);

} // namespace baseplate::app
