#include "app/cli/test_command.hpp"

#include "app/cli/exit_code.hpp"
#include "app/cli/interruption.hpp"
#include "app/cli/progress.hpp"
#include "app/client/input_lines.hpp"
#include "app/rule_tests/report.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace baseplate::app {

namespace {

bool wanted(const std::vector<std::string>& list, const std::string& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

class test_run {
 public:
  test_run(const test_options& options, const rule_tests::rule_engine& engine)
      : options_(options), engine_(engine), progress_(options.quiet, "cases") {}

  int run() {
    for (auto& file : options_.files)
      if (!interrupted())
        run_file(file);
    progress_.finish();
    for (auto& fault : faults_)
      std::fprintf(stderr, "%s\n", fault.c_str());
    // A run that judged nothing must not look like one in which all is well.
    auto judged = report_.passed() + report_.failed();
    if (faults_.empty() && judged == 0)
      std::fprintf(stderr, "there was no case to run\n");
    std::fputs((options_.json ? report_.to_json() + "\n" : report_.to_text()).c_str(), stdout);
    bool written = write_junit();
    if (interrupted())
      return exit_interrupted;
    if (!faults_.empty() || !written || judged == 0)
      return exit_usage;
    return report_.failed() == 0 ? exit_ok : exit_failure;
  }

 private:
  void run_file(const std::string& file) {
    input_lines input{file};
    while (!interrupted()) {
      auto line = input.next();
      if (!line) {
        if (input.at_end())
          break;
        continue;
      }
      if (line->find_first_not_of(" \t\r") == std::string_view::npos)
        continue;
      run_line(file, input.line(), *line);
      progress_.show(input.fraction(), ++done_, "");
    }
    if (!input.error().empty())
      faults_.push_back(input.error().starts_with(file) ? input.error()
                                                        : file + ": " + input.error());
  }

  void run_line(const std::string& file, std::uint64_t number, std::string_view line) {
    auto read = rule_tests::read_case(line, file + ":" + std::to_string(number));
    rule_tests::finished_case x{read.value.id, file, number, "", {}};
    if (!read.error.empty()) {
      x.result = {rule_tests::verdict::failed, read.error, {}};
    } else {
      if (!wanted(options_.only, x.id)
          || !wanted(options_.authorities, read.value.text("authority").value_or("")))
        return;
      if (read.value.kind)
        x.kind = rule_tests::to_string(*read.value.kind);
      x.result = rule_tests::run_case(read.value, engine_);
    }
    report_.add(std::move(x));
  }

  bool write_junit() const {
    if (options_.junit.empty())
      return true;
    std::ofstream out{options_.junit, std::ios::binary | std::ios::trunc};
    out << report_.to_junit();
    out.close();
    if (out)
      return true;
    std::fprintf(stderr, "%s: cannot be written\n", options_.junit.c_str());
    return false;
  }

  const test_options& options_;
  const rule_tests::rule_engine& engine_;
  rule_tests::report report_;
  progress progress_;
  std::vector<std::string> faults_;
  std::uint64_t done_ = 0;
};

} // namespace

int run_test(const test_options& options, const rule_tests::rule_engine& engine) {
  watch_interruption();
  return test_run{options, engine}.run();
}

} // namespace baseplate::app
