#include "actors/journal/log_device.hpp"

#include <charconv>
#include <cstdio>

namespace baseplate::journal {

namespace {

bool parse_digits(std::string_view text, std::uint64_t& out) noexcept {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

} // namespace

std::string to_file_name(const segment_name& x) {
  char text[48];
  auto n = std::snprintf(text, sizeof(text), "%020llu-%020llu.log",
                         static_cast<unsigned long long>(x.first_lsn),
                         static_cast<unsigned long long>(x.first_sequence));
  return {text, static_cast<std::size_t>(n)};
}

bool parse_file_name(std::string_view text, segment_name& out) noexcept {
  return text.size() == 45 && text[20] == '-' && text.substr(41) == ".log"
         && parse_digits(text.substr(0, 20), out.first_lsn)
         && parse_digits(text.substr(21, 20), out.first_sequence) && out.first_lsn > 0
         && out.first_sequence > 0;
}

} // namespace baseplate::journal
