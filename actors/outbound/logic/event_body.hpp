// The part of an event that is sent. Pure. Threads: no state
#pragma once

#include <optional>
#include <string_view>

namespace baseplate::outbound {

/// The JSON of the envelope's detail as it stands there; nullopt: there is none. `padded` must have
/// 64 readable bytes behind it (an event in a chunk has); the result lies inside it.
std::optional<std::string_view> detail_of(std::string_view padded);

/// The envelope's id, for logs; empty: there is none.
std::string_view id_of(std::string_view padded);

} // namespace baseplate::outbound
