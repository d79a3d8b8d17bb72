// Why an actor ended, in words: keeps an exception's text in the exit reason, and reads it back.
// Threads: all functions are free of state and may run concurrently.
#pragma once

#include "actors/supervision/logic/restart_policy.hpp"

#include <caf/error.hpp>
#include <caf/fwd.hpp>

#include <cstddef>
#include <exception>
#include <string>

namespace baseplate::supervision {

/// Bytes of an exception's text that are kept; the rest is cut.
inline constexpr std::size_t crash_text_bytes_max = 1024;

/// The exit reason for an exception: sec::runtime_error with what() as its context. Never `none`.
caf::error crash_reason(const std::exception_ptr& exception);

/// The same from a text.
caf::error crash_reason(std::string what);

/// To be given to caf::scheduled_actor::set_exception_handler.
caf::error keep_crash_reason(caf::scheduled_actor* self, std::exception_ptr& exception);

/// One line for logs, reports and events: the text of a crash, else the error's name and context.
/// "normal" for no error.
std::string describe(const caf::error& reason, const caf::actor_system& system);

/// What the restart types make of an exit reason: `normal` for none, `shutdown` for
/// exit_reason::user_shutdown, else `abnormal`, kills included.
exit_kind exit_kind_of(const caf::error& reason);

} // namespace baseplate::supervision
