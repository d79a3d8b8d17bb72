#include "app/rule_tests/report.hpp"

#include <boost/json.hpp>

namespace baseplate::app::rule_tests {

namespace json = boost::json;

namespace {

/// For an attribute or the text of an element; characters that XML 1.0 does not have become "?".
std::string xml_escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\n':
      out += "&#10;";
      break;
    case '\t':
      out += "&#9;";
      break;
    default:
      out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return out;
}

std::string counts_text(std::uint64_t passed, std::uint64_t failed, std::uint64_t skipped) {
  return std::to_string(passed) + " passed, " + std::to_string(failed) + " failed, "
         + std::to_string(skipped) + " skipped";
}

std::string testcase(const finished_case& x) {
  auto out = "    <testcase classname=\"" + xml_escaped(x.kind.empty() ? "unknown" : x.kind)
             + "\" name=\"" + xml_escaped(x.id) + "\" file=\"" + xml_escaped(x.file) + "\" line=\""
             + std::to_string(x.line) + "\"";
  switch (x.result.outcome) {
  case verdict::passed:
    return out + "/>\n";
  case verdict::skipped:
    return out + "><skipped message=\"" + xml_escaped(x.result.reason) + "\"/></testcase>\n";
  case verdict::failed:
    break;
  }
  return out + "><failure message=\"" + xml_escaped(x.result.reason) + "\">"
         + xml_escaped(x.result.explanation) + "</failure></testcase>\n";
}

} // namespace

void report::add(finished_case x) {
  switch (x.result.outcome) {
  case verdict::passed:
    ++passed_;
    break;
  case verdict::failed:
    ++failed_;
    failures_.push_back(x);
    break;
  case verdict::skipped:
    ++skipped_;
    ++skips_[x.result.reason];
    break;
  }
  cases_.push_back(std::move(x));
}

std::string report::to_text() const {
  std::string out;
  for (auto& x : failures_) {
    out += "FAILED " + x.id + "\n  " + x.file + ":" + std::to_string(x.line) + "\n  "
           + x.result.reason + "\n";
    if (!x.result.explanation.empty())
      out += "  why: " + x.result.explanation + "\n";
  }
  for (auto& [reason, count] : skips_)
    out += "skipped " + std::to_string(count) + ": " + reason + "\n";
  return out + counts_text(passed_, failed_, skipped_) + "\n";
}

std::string report::to_json() const {
  json::array failures;
  for (auto& x : failures_)
    failures.push_back(json::object{{"id", x.id},
                                    {"file", x.file},
                                    {"line", x.line},
                                    {"kind", x.kind},
                                    {"reason", x.result.reason},
                                    {"explanation", x.result.explanation}});
  json::array skips;
  for (auto& [reason, count] : skips_)
    skips.push_back(json::object{{"reason", reason}, {"count", count}});
  return json::serialize(json::object{{"passed", passed_},
                                      {"failed", failed_},
                                      {"skipped", skipped_},
                                      {"failures", std::move(failures)},
                                      {"skips", std::move(skips)}});
}

std::string report::to_junit() const {
  struct suite {
    std::string cases;
    std::uint64_t tests = 0;
    std::uint64_t failures = 0;
    std::uint64_t skipped = 0;
  };

  std::vector<std::string> order;
  std::map<std::string, suite> suites;
  for (auto& x : cases_) {
    auto [place, is_new] = suites.try_emplace(x.file);
    if (is_new)
      order.push_back(x.file);
    auto& into = place->second;
    into.cases += testcase(x);
    ++into.tests;
    into.failures += x.result.outcome == verdict::failed;
    into.skipped += x.result.outcome == verdict::skipped;
  }
  auto counts = [](std::uint64_t tests, std::uint64_t failures, std::uint64_t skips) {
    return "\" tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures)
           + "\" errors=\"0\" skipped=\"" + std::to_string(skips) + "\">\n";
  };
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"baseplate test";
  out += counts(cases_.size(), failed_, skipped_);
  for (auto& file : order) {
    auto& x = suites[file];
    out += "  <testsuite name=\"" + xml_escaped(file) + counts(x.tests, x.failures, x.skipped)
           + x.cases + "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

} // namespace baseplate::app::rule_tests
