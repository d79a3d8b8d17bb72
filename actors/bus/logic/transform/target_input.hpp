// What a target gets in place of the event: a constant, a part of the event, or a template filled
// in. Compiled when the target is made, applied to every event that matches.
// Spec:    docs/spec/input-transformer.md
// Modes:   `service` does what EventBridge was recorded to do: what is extracted is not escaped,
//          and a result that is no valid JSON is not delivered. `strict` is ours: whatever the
//          event holds, the result is valid JSON; a template that cannot promise that is refused.
// Limits:  output_bytes_max, template_bytes_max, path_bytes_max, variables_max
// Threads: compiled once, then read by any number of threads at once
#pragma once

#include "actors/bus/logic/transform/event_path.hpp"
#include "actors/bus/logic/transform/input_template.hpp"

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate::transform {

/// Variables of an InputPathsMap at most.
inline constexpr std::size_t variables_max = 100;
/// Bytes of a constant Input at most.
inline constexpr std::size_t input_bytes_max = 8192;
/// Bytes that a target gets at most: as large as an event may be.
inline constexpr std::size_t output_bytes_max = 1024 * 1024;

enum class transform_mode : std::uint8_t { service, strict };

/// The members of a target that shape its input; what is absent is absent.
struct input_spec {
  std::optional<std::string> input;
  std::optional<std::string> input_path;
  std::optional<std::vector<std::pair<std::string, std::string>>> input_paths_map;
  std::optional<std::string> input_template;
};

enum class input_fault : std::uint8_t {
  /// More than one of Input, InputPath and InputTransformer.
  more_than_one = 1,
  /// Input is no JSON.
  constant_not_json = 2,
  /// A path that is none.
  bad_path = 3,
  /// A variable's name that may not be one.
  bad_variable = 4,
  /// A placeholder that nothing defines.
  undefined_placeholder = 5,
  /// InputPathsMap without InputTemplate.
  no_template = 6,
  /// Longer or more than allowed.
  too_large = 7,
  /// Not UTF-8.
  not_utf8 = 8,
  /// Strict: the template is not one JSON value, or cannot always give one.
  not_strict = 9,
};

/// Why a target's input is refused. The service's code is ValidationException, its status 400.
struct input_error {
  input_fault code = input_fault::more_than_one;
  /// The service's sentence where it is recorded, else ours in its manner.
  std::string message;
  /// JSON Pointer to the fault within the target, e.g. /InputTransformer/InputTemplate.
  std::string pointer;
  /// Bytes from the beginning of the text that `pointer` leads to.
  std::size_t offset = 0;
};

/// Something that is not refused but will not do what its author wants.
struct input_warning {
  std::string text;
  std::string pointer;
  std::size_t offset = 0;
};

/// What the reserved variables stand for. Views, to be valid during the call.
struct rule_facts {
  std::string_view rule_arn;
  std::string_view rule_name;
  /// When the event was taken in, ISO 8601.
  std::string_view ingestion_time;
};

/// Why a target gets nothing for an event that matched.
struct output_error {
  enum class kind : std::uint8_t {
    /// The filled-in template is no valid JSON.
    not_json = 1,
    /// It is larger than output_bytes_max.
    too_large = 2,
  };
  kind code = kind::not_json;
  /// A sentence; names the placeholder at fault if one is.
  std::string text;
  /// Bytes from the beginning of the output.
  std::size_t output_offset = 0;
  /// Bytes from the beginning of the template: the literal or placeholder that gave it.
  std::size_t template_offset = 0;
};

class target_input {
 public:
  /// Nothing is shaped: the target gets the event.
  target_input() = default;

  /// Compiles `spec`; `target_id` is for the messages. What is refused is refused with the first
  /// fault.
  static boost::system::result<target_input, input_error>
  compile(const input_spec& spec, std::string_view target_id,
          transform_mode mode = transform_mode::service);

  /// What the target gets for `event`, the JSON text of a whole envelope. Costs the bytes of the
  /// event once per variable that the template uses, and the output.
  /// @pre check_json(event) has no fault, and it is UTF-8; otherwise the output may be no JSON.
  boost::system::result<std::string, output_error> apply(std::string_view event,
                                                         const rule_facts& facts) const;

  /// Faults that will show only when events come. Empty in strict mode: there they are refused.
  const std::vector<input_warning>& warnings() const { return warnings_; }

 private:
  enum class shape : std::uint8_t { whole, constant, path, filled };
  enum class source : std::uint8_t {
    literal,
    path,
    rule_arn,
    rule_name,
    ingestion_time,
    event_without_detail,
    whole_event,
  };

  /// A part of the template with what fills it in.
  struct part {
    template_part where;
    source from = source::literal;
    /// Into paths_.
    std::size_t path = 0;
  };

  boost::system::result<std::string, output_error> fill(std::string_view event,
                                                        const rule_facts& facts) const;
  std::string value_of(const part& x, std::string_view event, const rule_facts& facts) const;
  void place(const part& x, std::string_view value, std::string& out) const;
  void place_in_string(std::string_view value, std::string& out) const;
  std::optional<output_error> check(const std::string& out,
                                    const std::vector<std::size_t>& begins) const;
  std::optional<input_error> compile_template(const input_spec& spec, std::string_view target_id);
  std::optional<input_error> compile_paths(const input_spec& spec, std::string_view target_id,
                                           std::vector<std::string>& names);
  std::optional<input_error> resolve(const std::vector<std::string>& names,
                                     std::string_view target_id);
  std::optional<input_error> judge(std::string_view target_id);

  transform_mode mode_ = transform_mode::service;
  shape shape_ = shape::whole;
  std::string constant_;
  std::vector<event_path> paths_;
  input_template template_;
  std::vector<part> parts_;
  std::vector<input_warning> warnings_;
};

} // namespace baseplate::transform
