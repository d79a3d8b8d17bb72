// Folds an order's events into its progress, and tells each change once as ORDER_STATUS_CHANGED.
// One key per order. HTTP endpoints of partners are plain subscribers whose pattern takes that
// event (config), browsers read the stream.
#pragma once

#include "actors/notifications/notifications.hpp"

namespace baseplate::notifications {

class notifications_logic final : public group::group_logic {
 public:
  explicit notifications_logic(notifications_options options);

  std::string_view name() const override { return "notifications"; }

  std::string pattern() const override;
  std::optional<std::string> key_of(const group::event_view& event) const override;
  group::step_output step(const group::step_input& input) const override;

 private:
  notifications_options options_;
};

/// Throws std::invalid_argument with the name of the option that is out of range.
void check_options(const notifications_options& options);

} // namespace baseplate::notifications
