// The shop's groups: what configuration may say of each, and how each is made.
// Keys of options: config/README.md. Durations are whole milliseconds, *_ms.
#include "actors/campaigns/campaigns.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/notifications/notifications.hpp"
#include "actors/payments/payments.hpp"
#include "actors/session_monitor/session_monitor.hpp"
#include "app/config/object_reader.hpp"
#include "app/group_registry.hpp"

#include <atomic>
#include <random>

namespace baseplate::app {

namespace {

constexpr std::uint64_t day_ms = 86'400'000;
constexpr std::uint64_t year_ms = 366 * day_ms;

/// 128 bits of the operating system's randomness, and a count.
std::string request_id() {
  static std::atomic<std::uint64_t> count{0};
  thread_local std::random_device device;
  std::string id;
  for (int i = 0; i < 4; ++i)
    id += std::to_string(device()) + '-';
  return id + std::to_string(++count);
}

checkout::checkout_options read_checkout(object_reader& in, const std::string& bus) {
  checkout::checkout_options x;
  x.bus = bus;
  in.number("payment_timeout_ms", x.payment_timeout_ms, 1000, 7 * day_ms);
  in.number("order_kept_ms", x.order_kept_ms, day_ms, 10 * year_ms);
  in.number("order_bytes_max", x.order_bytes_max, 1024, 1024 * 1024);
  return x;
}

payments::payments_options read_payments(object_reader& in, const std::string& bus) {
  payments::payments_options x;
  x.bus = bus;
  if (const auto* secrets = in.take("webhook_secrets"); secrets && secrets->is_array()) {
    for (auto& secret : secrets->as_array())
      if (secret.is_string() && secret.as_string().size() >= 16)
        x.webhook_secrets.emplace_back(secret.as_string());
      else
        in.fault("webhook_secrets", "each secret must be a string of at least 16 bytes");
    if (secrets->as_array().empty() || secrets->as_array().size() > 4)
      in.fault("webhook_secrets", "must be a list of 1 to 4 secrets");
  } else {
    in.fault("webhook_secrets", "must be a list of 1 to 4 secrets; without one no webhook counts");
  }
  in.number("signature_tolerance_s", x.signature_tolerance_s, 1, 86'400);
  in.number("webhook_bytes_max", x.webhook_bytes_max, 1024, 1024 * 1024);
  in.text("merchant_account", x.merchant_account, 1, 128);
  in.number("payment_kept_ms", x.payment_kept_ms, day_ms, 10 * year_ms);
  return x;
}

campaigns::campaigns_options read_campaigns(object_reader& in) {
  campaigns::campaigns_options x;
  in.number("basket_abandoned_after_ms", x.basket_abandoned_after_ms, 1000, 30 * day_ms);
  in.number("marketing_interval_ms", x.marketing_interval_ms, 0, 365 * day_ms);
  in.number("kept_ms", x.kept_ms, day_ms, 10 * year_ms);
  in.text("message_id_domain", x.message_id_domain, 1, 100);
  in.text("shop_name", x.shop_name, 1, 100);
  return x;
}

notifications::notifications_options read_notifications(object_reader& in, const std::string& bus) {
  notifications::notifications_options x;
  x.bus = bus;
  in.number("status_kept_ms", x.status_kept_ms, day_ms, 10 * year_ms);
  return x;
}

session_monitor::session_monitor_options read_session_monitor(object_reader& in) {
  session_monitor::session_monitor_options x;
  in.number("idle_ms", x.idle_ms, 1000, day_ms);
  in.number("renew_interval_ms", x.renew_interval_ms, 0, day_ms);
  in.number("history_after_ms", x.history_after_ms, 0, year_ms);
  in.number("lateness_ms", x.lateness_ms, 0, 30 * day_ms);
  return x;
}

/// A module from two functions: `read` takes options from an object_reader, `make` builds the group
/// from them.
template <class Read, class Make>
group_module module_of(std::string name, Read read, Make make) {
  group_module out;
  out.name = std::move(name);
  out.check = [read, make](const boost::json::object& options) {
    std::vector<option_fault> out;
    fault_list faults;
    const boost::json::value value(options);
    object_reader in{value, "", faults};
    const auto parsed = read(in, "default");
    in.finish();
    for (auto& fault : faults)
      out.push_back({fault.pointer, fault.reason});
    if (!out.empty())
      return out;
    try {
      make(parsed);
    } catch (const std::exception& e) {
      out.push_back({"", e.what()});
    }
    return out;
  };
  out.make = [read, make](const boost::json::object& options, const std::string& bus) {
    fault_list faults;
    const boost::json::value value(options);
    object_reader in{value, "", faults};
    return make(read(in, bus));
  };
  return out;
}

} // namespace

std::vector<group_module> shop_groups() {
  std::vector<group_module> out;
  out.push_back(module_of("checkout", read_checkout, [](const checkout::checkout_options& x) {
    return group_parts{checkout::make_checkout(x), checkout::checkout_routes(x, request_id), {}};
  }));
  out.push_back(module_of("payments", read_payments, [](const payments::payments_options& x) {
    return group_parts{payments::make_payments(x), payments::payments_routes(x), {}};
  }));
  out.push_back(module_of(
      "campaigns", [](object_reader& in, const std::string&) { return read_campaigns(in); },
      [](const campaigns::campaigns_options& x) {
        return group_parts{campaigns::make_campaigns(x), {}, {}};
      }));
  out.push_back(module_of(
      "notifications", read_notifications, [](const notifications::notifications_options& x) {
        return group_parts{
            notifications::make_notifications(x), {}, notifications::notifications_streams(x)};
      }));
  out.push_back(module_of(
      "session_monitor",
      [](object_reader& in, const std::string&) { return read_session_monitor(in); },
      [](const session_monitor::session_monitor_options& x) {
        return group_parts{session_monitor::make_session_monitor(x), {}, {}};
      }));
  return out;
}

} // namespace baseplate::app
