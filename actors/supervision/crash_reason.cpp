#include "actors/supervision/crash_reason.hpp"

#include "actors/supervision/errors.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

#include <utility>

namespace baseplate::supervision {

caf::error crash_reason(std::string what) {
  if (what.empty())
    what = "exception without a text";
  if (what.size() > crash_text_bytes_max)
    what.resize(crash_text_bytes_max);
  return caf::make_error(caf::sec::runtime_error, std::move(what));
}

caf::error crash_reason(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& e) {
    return crash_reason(std::string{e.what()});
  } catch (...) {
    return crash_reason(std::string{"exception of an unknown type"});
  }
}

caf::error keep_crash_reason(caf::scheduled_actor*, std::exception_ptr& exception) {
  return crash_reason(exception);
}

std::string describe(const caf::error& reason, const caf::actor_system& system) {
  if (!reason)
    return "normal";
  const auto& context = reason.context();
  const bool has_text = context.size() == 1 && context.match_element<std::string>(0);
  if (reason.category() == caf::atom("system")
      && reason.code() == static_cast<std::uint8_t>(caf::sec::runtime_error) && has_text)
    return context.get_as<std::string>(0);
  std::string result;
  if (reason.category() == caf::atom("system"))
    result = to_string(static_cast<caf::sec>(reason.code()));
  else if (reason.category() == caf::atom("exit"))
    result = to_string(static_cast<caf::exit_reason>(reason.code()));
  else if (reason.category() == supervision_error_category)
    result = to_string(static_cast<supervision_error>(reason.code()));
  else
    return system.render(reason);
  if (has_text)
    result += ": " + context.get_as<std::string>(0);
  else if (!context.empty())
    result += ": " + to_string(context);
  return result;
}

exit_kind exit_kind_of(const caf::error& reason) {
  if (!reason)
    return exit_kind::normal;
  if (reason == caf::exit_reason::user_shutdown)
    return exit_kind::shutdown;
  return exit_kind::abnormal;
}

} // namespace baseplate::supervision
