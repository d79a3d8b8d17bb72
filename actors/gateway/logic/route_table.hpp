// Which endpoint a method and a path mean. Pure.
// Invariants: a literal segment wins over a {name}; HEAD follows GET; a known path with another
// method is
//             method_not_allowed, never not_found
// Cost:       a hash look-up for paths without names, else one walk over the routes with names
// Threads:    const calls may run concurrently
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace baseplate::gateway {

/// What answers a request.
enum class endpoint : std::uint8_t {
  index,
  aws,
  events,
  tail,
  livez,
  readyz,
  metrics,
  openapi,
  subscribers,
  subscriber_pause,
  subscriber_resume,
  dead_letters,
  group_route,
  group_stream,
};

struct route_match {
  enum class kind : std::uint8_t { found, not_found, method_not_allowed, bad_encoding };

  kind result = kind::not_found;
  gateway::endpoint endpoint = gateway::endpoint::index;
  /// Index of the group's route or stream.
  std::size_t index = 0;
  /// Decoded values of the names in the path, in order.
  std::vector<std::string> path_values;
};

/// Routes by path and method.
class route_table {
 public:
  /// Adds a route. Throws std::invalid_argument when the path is not one, or the route is there
  /// already.
  void add(std::string_view method, std::string_view path, endpoint target, std::size_t index = 0);

  route_match match(std::string_view method, std::string_view path) const;

  /// For the Allow header: the methods of a path, with HEAD and OPTIONS. Empty: no such path.
  std::string allowed(std::string_view path) const;

 private:
  struct method_entry {
    std::string method;
    endpoint target;
    std::size_t index;
  };

  struct path_entry {
    std::string path;
    /// Segments; a name in braces is empty.
    std::vector<std::string> segments;
    std::vector<method_entry> methods;
  };

  const path_entry* find(std::string_view path, std::vector<std::string_view>* values) const;

  struct text_hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::unordered_map<std::string, path_entry, text_hash, std::equal_to<>> literal_;
  std::vector<path_entry> named_;
};

} // namespace baseplate::gateway
