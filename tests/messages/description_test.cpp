// A description must name every member of its struct: a member that is forgotten there is lost on
// the wire, in JSON and in the comparison, without a fault that a round trip could show.
#include "messages/bus.hpp"
#include "messages/campaigns.hpp"
#include "messages/checkout.hpp"
#include "messages/http.hpp"
#include "messages/json/codec.hpp"
#include "messages/notifications.hpp"
#include "messages/outbound.hpp"
#include "messages/payments.hpp"
#include "messages/session_monitor.hpp"
#include "messages/shop_requests.hpp"

#include <gtest/gtest.h>

namespace baseplate {
namespace description_test {

/// Becomes any member.
struct anything {
  template <class T>
  operator T() const;
};

template <std::size_t>
using anything_at = anything;

template <class T, std::size_t... Is>
constexpr bool takes(std::index_sequence<Is...>) {
  return requires {
    T{anything_at<Is>{}...};
  };
}

/// Whether an aggregate has just so many members: it takes as many initialisers, and not one more.
template <class T, std::size_t N>
constexpr bool has_members
    = takes<T>(std::make_index_sequence<N>{}) && !takes<T>(std::make_index_sequence<N + 1>{});

} // namespace description_test

namespace {

using description_test::has_members;

template <class... Ts>
struct types {};

using all_types = types<
    open_subscriber, subscriber_opened, load_states, loaded_state, states_loaded, state_change,
    timer_row, timer_change, fired_timer, open_exception, dead_letter, subscriber_counters, commit,
    acknowledge, committed, commit_refused, publish, published, publish_refused, attach_bus,
    bus_entry, subscriber_entry, match_tally, match_tally::subscriber_count, match_tally::bus_count,
    bus_attached, log_appended, control_changed, checkpoint_started, read_log, log_read,
    read_events, events_read, find_time, time_found, list_dead_letters, dead_letters_listed,
    declare_bus, declare_subscriber, declared, record_tally, bus_spec, retry_policy,
    subscriber_spec, subscribe, demand, portion, subscribe_live, live_subscribed, unsubscribe_live,
    set_paused, pause_set, subscriber_status, bus_counts, get_bus_status, bus_status,
    subscriber_progress, attempt, attempt_result, route_reply, event_ref, event_slice, event_batch,
    chunk_event, chunk_image, money, event_metadata, customer, order_item, place_order,
    order_placed_data, order_placed, order_complete_data, order_complete, order_cancelled_data,
    order_cancelled, payment_requested_data, payment_requested, psp_notice, payment_event_data,
    payment_event, mail_requested_data, mail_requested, order_status_changed_data,
    order_status_changed, place_order_data, place_order_command, order_refused_data, order_refused,
    refund_requested_data, refund_requested, payment_refund_requested_data,
    payment_refund_requested, payment_request_refused_data, payment_request_refused,
    psp_webhook_received_data, psp_webhook_received, psp_notice_refused_data, psp_notice_refused,
    consent_changed_data, consent_changed, mail_suppressed_data, mail_suppressed, page_meta_data,
    page_event, session_event_data, session_event>;

template <class F, class... Ts>
void for_each_type(types<Ts...>, F&& f) {
  (f.template operator()<Ts>(), ...);
}

TEST(Description, NamesEveryMember) {
  for_each_type(all_types{}, []<class T>() {
    const bool all = has_members<T, member_count<T>>;
    EXPECT_TRUE(all) << type_name_of<T>();
  });
}

TEST(Description, NamesEveryEnumerator) {
  EXPECT_EQ(enum_values<journal_error>().size(), 9u);
  EXPECT_EQ(enum_values<start_position>().size(), 3u);
  EXPECT_EQ(enum_values<lag_policy>().size(), 2u);
  EXPECT_EQ(enum_values<target_kind>().size(), 4u);
  EXPECT_EQ(enum_values<attempt_outcome>().size(), 3u);
  EXPECT_EQ(enum_values<payment_type>().size(), 5u);
}

/// Gives each member of a copy another value in turn and asks whether that is seen.
template <class T, class M>
void expect_seen(const T& original, M T::*member, const member_rule& rule) {
  T other = original;
  for (std::uint64_t seed = 1; seed < 100 && same(original.*member, other.*member); ++seed) {
    sampler from(sample_kind::arbitrary, seed);
    fill(from, other.*member, rule);
  }
  EXPECT_FALSE(same(original, other)) << type_name_of<T>() << "::" << rule.member;
}

TEST(Same, SeesADifferenceInAnyMember) {
  for_each_type(all_types{}, []<class T>() {
    const auto original = make_sample<T>(sample_kind::arbitrary, 5);
    EXPECT_TRUE(same(original, original));
    std::apply(
        [&](auto... members) {
          std::size_t i = 0;
          (expect_seen(original, members, rules_of<T>[i++]), ...);
        },
        member_pointers<T>);
  });
}

TEST(Samples, KeepToTheirRules) {
  for_each_type(all_types{}, []<class T>() {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto decoded = from_json<T>(to_json(make_sample<T>(sample_kind::arbitrary, seed)));
      ASSERT_TRUE(decoded) << type_name_of<T>() << decoded.error().pointer << ": "
                           << decoded.error().message;
    }
  });
}

TEST(Samples, AreTheSameForTheSameSeedAndDifferForOthers) {
  EXPECT_TRUE(same(make_sample<commit>(sample_kind::arbitrary, 3),
                   make_sample<commit>(sample_kind::arbitrary, 3)));
  EXPECT_FALSE(same(make_sample<commit>(sample_kind::arbitrary, 3),
                    make_sample<commit>(sample_kind::arbitrary, 4)));
}

} // namespace
} // namespace baseplate
