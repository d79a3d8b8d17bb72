#include "actors/supervision/slot.hpp"

#include "messages/assert.hpp"

#include <caf/all.hpp>

#include <utility>

namespace baseplate::supervision {

slot::slot(caf::actor_config& config, slot_options options)
    : caf::monitorable_actor(config), options_(std::move(options)) {
  register_at_system();
}

void slot::on_destroy() {
  // The last handle is gone, so nobody else can call.
  close(caf::exit_reason::unreachable);
  caf::monitorable_actor::on_destroy();
}

void slot::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) {
  if (!what)
    return;
  caf::strong_actor_ptr child;
  auto error = supervision_error::child_ended;
  {
    std::lock_guard guard{mutex_};
    if (mode_ == mode::bound) {
      child = child_;
    } else if (mode_ == mode::parking && !what->content().match_elements<caf::exit_msg>()) {
      if (parked_.size() < options_.parked_messages_max) {
        parked_.push_back(std::move(what));
        return;
      }
      error = supervision_error::parking_full;
    }
  }
  if (child)
    child->enqueue(std::move(what), host);
  else
    refuse(std::move(what), error);
}

void slot::bind(const caf::actor& child) {
  {
    std::lock_guard guard{mutex_};
    if (mode_ == mode::closed)
      return;
    mode_ = mode::bound;
    child_ = caf::actor_cast<caf::strong_actor_ptr>(child);
    // Under the lock: what senders enqueue from now on must come behind what was parked.
    while (!parked_.empty() && child_) {
      auto next = std::move(parked_.front());
      parked_.pop_front();
      child_->enqueue(std::move(next), nullptr);
    }
  }
  // Weak, since the child must not keep its own address alive.
  caf::weak_actor_ptr self{ctrl()};
  caf::actor_cast<caf::abstract_actor*>(child)->attach_functor(
      [self, address = child.address()](const caf::error&) {
        if (auto strong = self.lock())
          static_cast<slot*>(strong->get())->on_child_down(address);
      });
}

void slot::park() {
  std::lock_guard guard{mutex_};
  if (mode_ == mode::closed)
    return;
  mode_ = mode::parking;
  child_ = nullptr;
}

void slot::on_child_down(const caf::actor_addr& child) {
  std::lock_guard guard{mutex_};
  if (mode_ != mode::bound || caf::actor_cast<caf::actor_addr>(child_) != child)
    return;
  mode_ = mode::parking;
  child_ = nullptr;
}

void slot::vacate() {
  std::deque<caf::mailbox_element_ptr> messages;
  {
    std::lock_guard guard{mutex_};
    if (mode_ == mode::closed)
      return;
    mode_ = mode::vacant;
    child_ = nullptr;
    messages.swap(parked_);
  }
  refuse_all(std::move(messages));
}

void slot::close(caf::error reason) {
  std::deque<caf::mailbox_element_ptr> messages;
  {
    std::lock_guard guard{mutex_};
    if (mode_ == mode::closed)
      return;
    mode_ = mode::closed;
    child_ = nullptr;
    messages.swap(parked_);
  }
  refuse_all(std::move(messages));
  cleanup(std::move(reason), nullptr);
  unregister_from_system();
}

slot_counters slot::counters() const {
  std::lock_guard guard{mutex_};
  return {parked_.size(), dropped_, refused_};
}

void slot::refuse(caf::mailbox_element_ptr what, supervision_error error) {
  const bool asked = what->mid.is_request();
  {
    std::lock_guard guard{mutex_};
    ++(asked ? refused_ : dropped_);
  }
  // Not by bounce(): that says request_receiver_down, whatever the reason.
  if (asked && what->sender)
    what->sender->enqueue(nullptr, what->mid.response_id(), caf::make_message(make_error(error)),
                          nullptr);
}

void slot::refuse_all(std::deque<caf::mailbox_element_ptr> messages) {
  for (auto& x : messages)
    refuse(std::move(x), supervision_error::child_ended);
}

caf::actor make_slot(caf::actor_system& system, slot_options options) {
  caf::actor_config config;
  return caf::make_actor<slot, caf::actor>(system.next_actor_id(), system.node(), &system, config,
                                           std::move(options));
}

slot& slot_of(const caf::actor& handle) {
  auto* result = dynamic_cast<slot*>(caf::actor_cast<caf::abstract_actor*>(handle));
  BASEPLATE_ASSERT(result != nullptr);
  return *result;
}

} // namespace baseplate::supervision
