#include "actors/bus/logic/schedule/time_zone.hpp"

namespace baseplate::schedule {

const time_zone& utc() {
  class utc_zone final : public time_zone {
   public:
    std::string_view name() const override { return "UTC"; }

    seconds local(seconds unix_s) const override { return unix_s; }

    local_moment resolve(seconds local_s) const override {
      return {local_moment::kind::unique, local_s};
    }
  };

  static const utc_zone zone;
  return zone;
}

} // namespace baseplate::schedule
