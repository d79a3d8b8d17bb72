// `baseplate transform`: what a target would get for an event.
#pragma once

#include <string>
#include <vector>

namespace baseplate::app {

struct transform_options {
  /// File of the event, a JSON object; "-": stdin.
  std::string event_file;
  /// File of a target as PutTargets has it; empty: the options below.
  std::string target_file;
  std::string input_template;
  std::string template_file;
  /// "name=$.path", one each.
  std::vector<std::string> paths;
  std::string input_path;
  std::string input;
  std::string target_id = "target-1";
  std::string rule_name = "rule-1";
  /// Empty: made of the event's region and account and the rule's name.
  std::string rule_arn;
  /// Empty: the event's time.
  std::string ingestion_time;
  bool strict = false;
  bool json = false;
};

/// Runs it; returns the exit code: 0 the target gets the text on stdout, 1 it would get nothing, 2
/// the target is refused, or a file cannot be read. Faults and warnings go to stderr with their
/// place; with `json` all of it goes to stdout.
int run_transform(const transform_options& options);

} // namespace baseplate::app
