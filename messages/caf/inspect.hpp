// CAF's inspect for every described struct of namespace baseplate, found by ADL: the members in
// order. CAF 0.17 knows neither std::optional nor shared_ptr members; two adapters stand in for
// them on the wire. A chunk crosses nodes as its bytes and its index and is checked when it is
// read: a peer's nonsense is an error (sec::invalid_argument), never a broken invariant. Not a
// format for disks: CAF layouts may change. Threads: stateless.
#pragma once

#include "messages/chunk.hpp"
#include "messages/describe.hpp"
#include "messages/json/render.hpp"

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/optional.hpp>
#include <caf/sec.hpp>

#include <memory>
#include <string>
#include <utility>

namespace baseplate {

template <class Inspector, described T>
typename Inspector::result_type inspect(Inspector& f, T& x);

namespace wire {

/// Stands for a std::optional member while it is saved or loaded.
template <class T>
struct optional_ref {
  std::optional<T>& target;
};

/// Stands for a chunk_ptr member while it is saved or loaded.
struct chunk_ref {
  chunk_ptr& target;
};

/// Builds the chunk that a peer sent, or says that its parts contradict each other.
caf::error make_chunk(chunk_ptr& out, std::string bytes, std::vector<event_ref> events,
                      sequence_number first, sequence_number last);

template <class Inspector, class T>
typename Inspector::result_type inspect(Inspector& f, optional_ref<T>& x) {
  caf::optional<T> value;
  if constexpr (Inspector::reads_state) {
    if (x.target)
      value = *x.target;
  }
  auto store = [&]() -> caf::error {
    if (value)
      x.target = std::move(*value);
    else
      x.target.reset();
    return caf::none;
  };
  return f(value, caf::meta::load_callback(store));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, chunk_ref& x) {
  bool present = false;
  std::string bytes;
  std::vector<event_ref> events;
  sequence_number first = 1;
  sequence_number last = 0;
  if constexpr (Inspector::reads_state) {
    if (x.target) {
      present = true;
      bytes = x.target->bytes();
      events = x.target->events();
      first = x.target->first_sequence();
      last = x.target->last_sequence();
    }
  }
  auto store = [&]() -> caf::error {
    if (present)
      return make_chunk(x.target, std::move(bytes), std::move(events), first, last);
    x.target.reset();
    return caf::none;
  };
  return f(present, first, last, events, bytes, caf::meta::load_callback(store));
}

/// What CAF gets to see of a member: the member itself, or its adapter.
template <class T>
T& adapt(T& x) {
  return x;
}

template <class T>
optional_ref<T> adapt(std::optional<T>& x) {
  return {x};
}

inline chunk_ref adapt(chunk_ptr& x) {
  return {x};
}

} // namespace wire

/// CAF's text of a message (deep_to_string, logs) is the inspector's: bounded, without payloads and
/// secrets.
template <described T>
std::string to_string(const T& x) {
  return render(x);
}

/// Saves or loads the members of x in the order of declaration.
template <class Inspector, described T>
typename Inspector::result_type inspect(Inspector& f, T& x) {
  return std::apply([&](auto... members) { return f(wire::adapt(x.*members)...); },
                    member_pointers<T>);
}

} // namespace baseplate
