#include "actors/supervision/handlers.hpp"

#include "actors/supervision/crash_reason.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <string>

namespace baseplate::supervision {

namespace {

/// The registered names of a message's types; never its values.
std::string types_of(const caf::actor_system& system, const caf::message_view& view) {
  std::string result;
  const auto& content = view.content();
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (i > 0)
      result += ",";
    result += system.types().portable_name(content.type(i));
  }
  return result;
}

} // namespace

void install_default_handlers(caf::scheduled_actor* self) {
  self->set_exception_handler(keep_crash_reason);
  self->set_error_handler([](caf::scheduled_actor* me, caf::error& e) {
    spdlog::debug("actor ignored an error in answer to a send: actor={} reason={}", me->name(),
                  describe(e, me->system()));
  });
  self->set_default_handler(
      [](caf::scheduled_actor* me, caf::message_view& x) -> caf::result<caf::message> {
        spdlog::warn("actor got a message that it does not take: actor={} types={}", me->name(),
                     types_of(me->system(), x));
        return caf::sec::unexpected_message;
      });
  self->set_down_handler([](caf::scheduled_actor*, caf::down_msg&) {});
}

} // namespace baseplate::supervision
