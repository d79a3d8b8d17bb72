#include "app/cli/rule_commands.hpp"

#include "app/cli/test_command.hpp"
#include "app/cli/transform_command.hpp"
#include "app/rule_tests/rule_engine.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace baseplate::app {

void add_test(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<test_options>();
  auto command = app.add_subcommand("test", "Run rule tests: patterns, transformers, schedules");
  command->add_option("files", options->files, "JSON Lines of cases, plain or gzip; - is stdin")
      ->required();
  command->add_option("--only", options->only, "Only the case with this id; may be repeated")
      ->expected(1)
      ->take_all();
  command
      ->add_option("--authority", options->authorities,
                   "Only cases with this authority; may be repeated")
      ->expected(1)
      ->take_all();
  command->add_option("--junit", options->junit, "Write the results as JUnit XML to this file");
  command->add_flag("--json", options->json,
                    "{\"passed\", \"failed\", \"skipped\", \"failures\"} on stdout");
  command->add_flag("--quiet", options->quiet, "No progress");
  command->footer(
      "A case is a line:\n"
      "  {\"id\", \"pattern\", \"event\", \"expect\": true | false | \"error\"}\n"
      "  {\"id\", \"pattern\", \"expect\": \"valid\" | \"error\"}\n"
      "  {\"id\", \"input_template\", \"input_paths_map\", \"event\", \"expect\": {\"delivered\", "
      "\"body\"}}\n"
      "  {\"id\", \"expression\", \"expect\": {\"valid\"}}\n"
      "docs/spec/rule-tests.md has all of it. Exits with 1 if a case fails, and with 2 if a file "
      "cannot be read or no case could be run.\n"
      "Examples:\n"
      "  baseplate test rules_test.jsonl\n"
      "  baseplate test patterns.jsonl schedule.jsonl --json\n"
      "  baseplate test rules_test.jsonl --only orders/large --junit results.xml");
  command->callback([options, &chosen] {
    chosen = [options] { return run_test(*options, rule_tests::make_rule_engine()); };
  });
}

void add_transform(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<transform_options>();
  auto command = app.add_subcommand("transform", "Print what a target would get for an event");
  command->add_option("--event", options->event_file, "File of the event; - is stdin")->required();
  auto target = command->add_option("--target", options->target_file,
                                    "File of a target: {\"Input\"}, {\"InputPath\"} or "
                                    "{\"InputTransformer\": {\"InputPathsMap\", "
                                    "\"InputTemplate\"}}");
  auto text = command->add_option("--template", options->input_template, "The InputTemplate");
  auto file
      = command->add_option("--template-file", options->template_file, "File of the InputTemplate");
  auto paths = command
                   ->add_option("--path", options->paths,
                                "A variable of the template, name=$.path; may be repeated")
                   ->expected(1)
                   ->take_all();
  auto input_path = command->add_option("--input-path", options->input_path, "The InputPath");
  auto input = command->add_option("--input", options->input, "The constant Input");
  for (auto other : {text, file, paths, input_path, input})
    target->excludes(other);
  text->excludes(file);
  command->add_option("--target-id", options->target_id, "The target's id, for messages")
      ->capture_default_str();
  command->add_option("--rule-name", options->rule_name, "What <aws.events.rule-name> stands for")
      ->capture_default_str();
  command->add_option("--rule-arn", options->rule_arn,
                      "What <aws.events.rule-arn> stands for; else made of event and name");
  command->add_option("--ingestion-time", options->ingestion_time,
                      "What <aws.events.event.ingestion-time> stands for; else the event's time");
  command->add_flag("--strict", options->strict,
                    "Escape what is inserted, and refuse a template that cannot always give JSON");
  command->add_flag("--json", options->json,
                    "{\"delivered\", \"body\", \"warnings\"}, {\"delivered\", \"reason\"} or "
                    "{\"error\"} on stdout");
  command->footer(
      "Exits with 1 if the target would get nothing, and with 2 if the target is refused.\n"
      "Examples:\n"
      "  baseplate transform --event order.json --target target.json\n"
      "  baseplate transform --event order.json --input-path '$.detail'\n"
      "  baseplate transform --event order.json --path id='$.detail.order_id' \\\n"
      "      --template '{\"order\": <id>, \"at\": <aws.events.event.ingestion-time>}'\n"
      "  baseplate tail --count 1 --json | baseplate transform --event - --template-file t.txt "
      "--strict");
  command->callback([options, &chosen] { chosen = [options] { return run_transform(*options); }; });
}

} // namespace baseplate::app
