// Assertions for programming errors. On in every build, release too: a wrong node must stop, not go
// on.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace baseplate {

[[noreturn]] inline void assertion_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "assertion failed: %s at %s:%d\n", what, file, line);
  std::abort();
}

} // namespace baseplate

/// Ends the process when `condition` does not hold. For bugs only; bad input and refusals have
/// results.
#define BASEPLATE_ASSERT(condition)                                                                \
  ((condition) ? static_cast<void>(0)                                                              \
               : ::baseplate::assertion_failed(#condition, __FILE__, __LINE__))
