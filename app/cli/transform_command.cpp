#include "app/cli/transform_command.hpp"

#include "actors/bus/logic/transform/read_input_spec.hpp"
#include "app/cli/exit_code.hpp"
#include "app/cli/text_file.hpp"
#include "messages/json/pointer.hpp"
#include "messages/json/utf8.hpp"

#include <boost/json.hpp>

#include <cstdio>

namespace baseplate::app {

namespace json = boost::json;

namespace {

using transform::input_spec;

/// The texts that errors point into, and what is made of them.
struct target_file {
  input_spec spec;
  std::string id;
  /// A sentence; empty: it was read.
  std::string fault;
};

target_file read_target(const std::string& path) {
  target_file out;
  auto text = read_text_file(path);
  if (!text) {
    out.fault = text.error();
    return out;
  }
  if (auto fault = transform::check_json(*text)) {
    out.fault = path + ": " + place_in(*text, fault->offset) + ": " + fault->text + "\n"
                + marked_line(*text, fault->offset);
    return out;
  }
  boost::system::error_code error;
  auto value = json::parse(*text, error);
  auto object = error ? nullptr : value.if_object();
  if (object == nullptr) {
    out.fault = path + ": a target is a JSON object";
    return out;
  }
  auto spec = transform::read_input_spec(*object);
  if (!spec) {
    out.fault = path + ": " + spec.error().pointer + " " + spec.error().text;
    return out;
  }
  out.spec = std::move(*spec);
  if (auto id = object->if_contains("Id"); id != nullptr && id->is_string())
    out.id = id->get_string();
  return out;
}

class transform_run {
 public:
  explicit transform_run(const transform_options& options) : options_(options) {}

  int run() {
    if (!read_spec() || !read_event())
      return exit_usage;
    auto mode
        = options_.strict ? transform::transform_mode::strict : transform::transform_mode::service;
    auto target = transform::target_input::compile(spec_, target_id_, mode);
    if (!target)
      return refuse(target.error());
    for (auto& warning : target->warnings()) {
      warnings_.push_back(json::object{
          {"text", warning.text}, {"pointer", warning.pointer}, {"offset", warning.offset}});
      if (!options_.json)
        complain("warning: " + warning.text, text_at(warning.pointer), warning.offset);
    }
    auto arn = options_.rule_arn;
    if (arn.empty())
      arn = "arn:aws:events:" + event_member("region") + ":" + event_member("account") + ":rule/"
            + options_.rule_name;
    auto time = options_.ingestion_time.empty() ? event_member("time") : options_.ingestion_time;
    auto body = target->apply(event_, {arn, options_.rule_name, time});
    return body ? deliver(*body) : deliver_nothing(body.error());
  }

 private:
  static void fault(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

  /// A sentence, where it is in `text`, and the line.
  static void complain(const std::string& sentence, std::string_view text, std::size_t offset) {
    if (text.empty())
      return fault(sentence);
    fault(sentence + "\n" + place_in(text, offset) + ":\n" + marked_line(text, offset));
  }

  bool read_spec() {
    target_id_ = options_.target_id;
    if (!options_.target_file.empty()) {
      auto target = read_target(options_.target_file);
      if (!target.fault.empty()) {
        fault(target.fault);
        return false;
      }
      spec_ = std::move(target.spec);
      if (!target.id.empty())
        target_id_ = target.id;
      return true;
    }
    if (!options_.template_file.empty()) {
      auto text = read_text_file(options_.template_file);
      if (!text) {
        fault(text.error());
        return false;
      }
      spec_.input_template = *text;
    } else if (!options_.input_template.empty()) {
      spec_.input_template = options_.input_template;
    }
    for (auto& path : options_.paths) {
      auto equals = path.find('=');
      if (equals == std::string::npos) {
        fault("--path is name=$.path, not \"" + path + "\"");
        return false;
      }
      if (!spec_.input_paths_map)
        spec_.input_paths_map.emplace();
      spec_.input_paths_map->emplace_back(path.substr(0, equals), path.substr(equals + 1));
    }
    if (!options_.input_path.empty())
      spec_.input_path = options_.input_path;
    if (!options_.input.empty())
      spec_.input = options_.input;
    return true;
  }

  bool read_event() {
    auto text = read_text_file(options_.event_file);
    if (!text) {
      fault(text.error());
      return false;
    }
    event_ = std::move(*text);
    if (!is_utf8(event_)) {
      fault(options_.event_file + ": not valid UTF-8");
      return false;
    }
    if (auto json_fault = transform::check_json(event_)) {
      complain(options_.event_file + ": the event is not JSON: " + json_fault->text, event_,
               json_fault->offset);
      return false;
    }
    auto begin = event_.find_first_not_of(" \t\r\n");
    if (event_[begin] != '{') {
      fault(options_.event_file + ": an event is a JSON object");
      return false;
    }
    event_.erase(0, begin);
    return true;
  }

  std::string event_member(std::string_view name) const {
    std::string out;
    auto value = transform::find_member(event_, name);
    if (value.size() >= 2 && value.front() == '"')
      transform::append_unescaped(value.substr(1, value.size() - 2), out);
    return out;
  }

  /// The text that a JSON Pointer of an error leads to.
  std::string_view text_at(std::string_view pointer) const {
    if (pointer == "/InputTransformer/InputTemplate" && spec_.input_template)
      return *spec_.input_template;
    if (pointer == "/InputPath" && spec_.input_path)
      return *spec_.input_path;
    if (pointer == "/Input" && spec_.input)
      return *spec_.input;
    if (spec_.input_paths_map)
      for (auto& [name, path] : *spec_.input_paths_map) {
        std::string its_own = "/InputTransformer/InputPathsMap";
        append_pointer_token(its_own, name);
        if (its_own == pointer)
          return path;
      }
    return {};
  }

  int refuse(const transform::input_error& error) const {
    if (options_.json)
      print({{"error", json::object{{"code", "ValidationException"},
                                    {"message", error.message},
                                    {"pointer", error.pointer},
                                    {"offset", error.offset}}}});
    else
      complain(error.message, text_at(error.pointer), error.offset);
    return exit_usage;
  }

  int deliver(const std::string& body) {
    if (options_.json)
      print({{"delivered", true}, {"body", body}, {"warnings", std::move(warnings_)}});
    else
      std::printf("%s\n", body.c_str());
    return exit_ok;
  }

  int deliver_nothing(const transform::output_error& error) {
    if (options_.json)
      print({{"delivered", false},
             {"reason", error.text},
             {"offset", error.template_offset},
             {"warnings", std::move(warnings_)}});
    else
      complain("nothing is delivered: " + error.text,
               spec_.input_template ? std::string_view(*spec_.input_template) : std::string_view{},
               error.template_offset);
    return exit_failure;
  }

  static void print(const json::object& answer) {
    std::printf("%s\n", json::serialize(answer).c_str());
  }

  const transform_options& options_;
  input_spec spec_;
  std::string target_id_;
  std::string event_;
  json::array warnings_;
};

} // namespace

int run_transform(const transform_options& options) {
  return transform_run{options}.run();
}

} // namespace baseplate::app
