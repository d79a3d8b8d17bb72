// The errors of supervision, as exit reasons and as answers of a slot.
#pragma once

#include <caf/atom.hpp>
#include <caf/error.hpp>

#include <cstdint>
#include <string>

namespace baseplate::supervision {

enum class supervision_error : std::uint8_t {
  /// A supervisor gave up: more restarts within the period than its policy tolerates. Context: the
  /// child that failed last and its reason.
  intensity_exceeded = 1,
  /// A child could not be started while its supervisor started. Context: the child and its reason.
  start_failed,
  /// A child did not say in time that it is started. Context: the child.
  start_timed_out,
  /// A slot without a child took as many messages as it may keep. Retry later.
  parking_full,
  /// The child ended for good, or its supervisor is stopping.
  child_ended,
  /// A killed child did not end. Context: the child.
  child_stuck,
};

/// At most ten characters.
inline constexpr caf::atom_value supervision_error_category = caf::atom("supervise");

std::string to_string(supervision_error x);

caf::error make_error(supervision_error code);

/// @param context names and reasons for logs; no payload
caf::error make_error(supervision_error code, std::string context);

/// For caf::actor_system_config::add_error_category.
std::string render_supervision_error(std::uint8_t code, caf::atom_value category,
                                     const caf::message& context);

} // namespace baseplate::supervision
