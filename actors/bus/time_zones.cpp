#include "actors/bus/time_zones.hpp"

#include <absl/time/time.h>
#include <algorithm>

namespace baseplate::bus {

namespace {

using schedule::local_moment;
using schedule::seconds;

constexpr std::size_t name_bytes_max = 50;

/// Letters, digits and the few signs of IANA's names; no way out of the folder, and none of the
/// folder's files that are no zone of their own.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > name_bytes_max)
    return false;
  bool known = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/'
           || c == '_' || c == '-' || c == '+';
  });
  if (!known || name.front() == '/' || name.back() == '/'
      || name.find("//") != std::string_view::npos)
    return false;
  for (std::string_view folder : {"posix/", "right/"})
    if (name.starts_with(folder))
      return false;
  for (std::string_view other : {"localtime", "posixrules", "Factory"})
    if (name == other)
      return false;
  return true;
}

absl::CivilSecond to_civil(seconds local_s) {
  return absl::CivilSecond{1970, 1, 1} + local_s;
}

class loaded_zone final : public schedule::time_zone {
 public:
  loaded_zone(std::string_view name, absl::TimeZone zone) : name_(name), zone_(zone) {}

  std::string_view name() const override { return name_; }

  seconds local(seconds unix_s) const override {
    return zone_.At(absl::FromUnixSeconds(unix_s)).cs - absl::CivilSecond{1970, 1, 1};
  }

  local_moment resolve(seconds local_s) const override {
    auto info = zone_.At(to_civil(local_s));
    switch (info.kind) {
    case absl::TimeZone::TimeInfo::SKIPPED:
      return {local_moment::kind::skipped, absl::ToUnixSeconds(info.trans)};
    case absl::TimeZone::TimeInfo::REPEATED:
      return {local_moment::kind::repeated, absl::ToUnixSeconds(info.pre)};
    default:
      return {local_moment::kind::unique, absl::ToUnixSeconds(info.pre)};
    }
  }

 private:
  std::string name_;
  absl::TimeZone zone_;
};

} // namespace

std::shared_ptr<const schedule::time_zone> find_time_zone(std::string_view name) {
  absl::TimeZone zone;
  if (!is_zone_name(name)
      || !absl::LoadTimeZone(absl::string_view(name.data(), name.size()), &zone))
    return nullptr;
  return std::make_shared<loaded_zone>(name, zone);
}

} // namespace baseplate::bus
