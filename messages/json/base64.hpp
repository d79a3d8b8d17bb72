// Base64 (RFC 4648 section 4): for bytes that JSON cannot hold.
#pragma once

#include <string>
#include <string_view>

namespace baseplate {

/// With padding.
std::string to_base64(std::string_view bytes);

/// Replaces `out`. False: a character outside the alphabet, a wrong length or padding, or bits that
/// no encoder sets.
bool from_base64(std::string_view text, std::string& out);

} // namespace baseplate
