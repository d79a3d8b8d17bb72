// Takes the members of a JSON object one by one, collects every fault with its JSON Pointer, and at
// the end calls what nobody took an unknown key. A member that is absent or faulty leaves its
// default untouched. Pure. Threads: any, one at a time.
#pragma once

#include "app/config/json_text.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace baseplate::app {

/// Faults of one merged document, pointers into it.
using fault_list = std::vector<text_fault>;

class object_reader {
 public:
  /// `value` must outlive this. If it is no object, that is a fault and the reader is empty.
  object_reader(const boost::json::value& value, std::string pointer, fault_list& faults);

  /// The member, taken; null if absent. JSON null counts as present.
  const boost::json::value* take(std::string_view key);

  /// A string of `size_min` to `size_max` bytes.
  bool text(std::string_view key, std::string& out, std::size_t size_min = 1,
            std::size_t size_max = 4096);

  bool boolean(std::string_view key, bool& out);

  /// A whole number in [min, max].
  template <class Integer>
  bool number(std::string_view key, Integer& out, std::uint64_t min, std::uint64_t max) {
    std::uint64_t value = 0;
    if (!whole_number(key, value, min, max))
      return false;
    out = static_cast<Integer>(value);
    return true;
  }

  /// Milliseconds in [min, max].
  bool milliseconds(std::string_view key, std::chrono::milliseconds& out, std::uint64_t min,
                    std::uint64_t max);

  /// One of the texts, by index.
  bool choice(std::string_view key, std::size_t& out,
              std::initializer_list<std::string_view> texts);

  /// Members of the object under `key`, in order; none if absent. A member that is no object is a
  /// fault.
  std::vector<std::pair<std::string, const boost::json::value*>> members(std::string_view key);

  /// Faults for all that was not taken. Call once, at the end.
  void finish();

  void fault(std::string_view key, std::string reason);

  std::string pointer_to(std::string_view key) const { return child_pointer(pointer_, key); }

  const std::string& pointer() const { return pointer_; }

  fault_list& faults() { return *faults_; }

  bool valid() const { return object_ != nullptr; }

 private:
  bool whole_number(std::string_view key, std::uint64_t& out, std::uint64_t min, std::uint64_t max);

  const boost::json::object* object_ = nullptr;
  std::string pointer_;
  fault_list* faults_;
  std::set<std::string, std::less<>> known_;
};

/// What kind of value it is, for people: "a string".
std::string_view kind_name(const boost::json::value& value) noexcept;

} // namespace baseplate::app
