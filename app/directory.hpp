// Names of buses and subscribers and the ids that the journal gave them. Filled by the registrar
// when the node starts, read by the gateway and by groups. Threads: all calls may run concurrently.
#pragma once

#include "messages/identity.hpp"
#include "messages/subscriber.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace baseplate::app {

class directory {
 public:
  void put_bus(const std::string& name, bus_id id) {
    std::lock_guard guard{mutex_};
    buses_[name] = id;
  }

  void put_subscriber(const std::string& name, subscriber_id id) {
    std::lock_guard guard{mutex_};
    subscribers_[name] = id;
  }

  std::optional<bus_id> bus(std::string_view name) const {
    std::lock_guard guard{mutex_};
    auto i = buses_.find(name);
    return i == buses_.end() ? std::nullopt : std::optional{i->second};
  }

  std::optional<subscriber_id> subscriber(std::string_view name) const {
    std::lock_guard guard{mutex_};
    auto i = subscribers_.find(name);
    return i == subscribers_.end() ? std::nullopt : std::optional{i->second};
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, bus_id, std::less<>> buses_;
  std::map<std::string, subscriber_id, std::less<>> subscribers_;
};

} // namespace baseplate::app
