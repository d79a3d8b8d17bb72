#include "tests/bus/logic/rules/case_file.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace baseplate::rules {

namespace {

/// Behind the JSON value that begins at `at`.
std::size_t value_end(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\')
          ++at;
      if (depth == 0)
        return at + 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0)
        return at;
      if (--depth == 0)
        return at + 1;
    } else if (c == ',' && depth == 0) {
      return at;
    }
  }
  return at;
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n'))
    ++at;
  return at;
}

} // namespace

std::filesystem::path shared_dir() {
  if (const char* dir = std::getenv("BASEPLATE_SHARED"))
    return dir;
  std::filesystem::path here = __FILE__; // <root>/tests/bus/logic/rules/x.cpp
  for (int i = 0; i < 6; ++i)
    here = here.parent_path();
  return here / "shared";
}

std::string raw_member(std::string_view line, std::string_view name) {
  auto at = skip_space(line, line.find('{') + 1);
  while (at < line.size() && line[at] == '"') {
    const auto key_end = value_end(line, at);
    const auto key = line.substr(at + 1, key_end - at - 2);
    const auto begin = skip_space(line, line.find(':', key_end) + 1);
    const auto end = value_end(line, begin);
    if (key == name)
      return std::string(line.substr(begin, end - begin));
    at = skip_space(line, end);
    if (at < line.size() && line[at] == ',')
      at = skip_space(line, at + 1);
  }
  return {};
}

std::string string_of(std::string_view raw) {
  if (raw.empty() || raw[0] != '"')
    return std::string(raw);
  return std::string(boost::json::parse(raw).as_string());
}

std::vector<pattern_case> read_cases(std::string_view file) {
  const auto path = shared_dir() / "conformance" / file;
  std::ifstream in(path);
  if (!in) {
    std::cerr << "\n*** NO CONFORMANCE DATA at " << path << "; set BASEPLATE_SHARED ***\n\n";
    return {};
  }
  std::vector<pattern_case> out;
  for (std::string line; std::getline(in, line);) {
    pattern_case x;
    x.id = string_of(raw_member(line, "id"));
    x.authority = string_of(raw_member(line, "authority"));
    x.pattern = raw_member(line, "pattern");
    if (x.pattern.empty())
      x.pattern = string_of(raw_member(line, "pattern_text"));
    x.event = raw_member(line, "event");
    if (x.event.empty())
      x.event = string_of(raw_member(line, "event_text"));
    x.expect = string_of(raw_member(line, "expect"));
    if (const auto error = raw_member(line, "error"); !error.empty()) {
      x.error_code = string_of(raw_member(error, "code"));
      x.error_message = string_of(raw_member(error, "message"));
    }
    out.push_back(std::move(x));
  }
  return out;
}

} // namespace baseplate::rules
