// What schedules ask of a time zone. The rules of zones come from a library that reads the
// system's files (actors/bus/time_zones); here is the seam, and UTC, which needs no file.
// Threads: const members may be called by any thread
#pragma once

#include <cstdint>
#include <string_view>

namespace baseplate::schedule {

/// Seconds since 1970-01-01T00:00:00, leap seconds not counted: of UTC (`unix_s`), or of a zone's
/// wall clock read as if it were UTC (`local_s`).
using seconds = std::int64_t;

/// When a wall clock shows a certain time.
struct local_moment {
  enum class kind : std::uint8_t {
    /// Once.
    unique,
    /// Never: the clock is put forward over it. `first` is the moment at which it is put forward.
    skipped,
    /// Twice: the clock is put back. `first` is the earlier one.
    repeated,
  };
  kind occurs = kind::unique;
  seconds first = 0;
};

class time_zone {
 public:
  virtual ~time_zone() = default;
  /// IANA's name, such as "Europe/Berlin".
  virtual std::string_view name() const = 0;
  /// What the zone's wall clock shows at `unix_s`.
  virtual seconds local(seconds unix_s) const = 0;
  /// When the zone's wall clock shows `local_s`.
  virtual local_moment resolve(seconds local_s) const = 0;
};

/// UTC. Lives for ever.
const time_zone& utc();

} // namespace baseplate::schedule
