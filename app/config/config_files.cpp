// Reads the files of a configuration directory; what they say is parse_config's.
#include "app/config.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace baseplate::app {

namespace fs = std::filesystem;

namespace {

/// The file's text, or nullopt with errno telling why.
std::optional<std::string> read_text(const fs::path& path) {
  errno = 0;
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad() || (text.fail() && fs::file_size(path) != 0))
    return std::nullopt;
  return std::move(text).str();
}

std::optional<config_file> read_file(const fs::path& path, std::vector<config_error>& errors) {
  if (auto text = read_text(path))
    return config_file{path.string(), std::move(*text)};
  errors.push_back({path.string(), {}, std::string{"cannot be read: "} + std::strerror(errno)});
  return std::nullopt;
}

std::vector<fs::path> squad_files(const fs::path& directory, std::vector<config_error>& errors) {
  std::vector<fs::path> result;
  std::error_code ec;
  for (fs::directory_iterator at{directory, ec}, end; !ec && at != end; at.increment(ec))
    if (at->path().extension() == ".json")
      result.push_back(at->path());
  if (ec && ec != std::errc::no_such_file_or_directory)
    errors.push_back({directory.string(), {}, "cannot be read: " + ec.message()});
  std::sort(result.begin(), result.end());
  return result;
}

bool is_environment_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_';
  });
}

std::optional<std::string> read_secret(std::string_view kind, std::string_view name) {
  if (kind == "env") {
    auto value = std::getenv(std::string{name}.c_str());
    return value ? std::optional<std::string>{value} : std::nullopt;
  }
  auto text = read_text(fs::path{name});
  if (text)
    while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
      text->pop_back();
  return text;
}

} // namespace

config_sources read_config_sources(const std::string& directory, const std::string& environment,
                                   std::vector<config_error>& errors) {
  config_sources sources;
  sources.environment = environment;
  if (directory.empty()) {
    if (!environment.empty())
      errors.push_back({{}, {}, "an environment needs a configuration directory"});
    return sources;
  }
  fs::path root{directory};
  std::error_code ec;
  if (!fs::is_directory(root, ec)) {
    errors.push_back({directory, {}, ec ? ec.message() : "is not a directory"});
    return sources;
  }
  if (fs::exists(root / "baseplate.json", ec))
    sources.node = read_file(root / "baseplate.json", errors);
  for (auto& path : squad_files(root / "squads", errors))
    if (auto file = read_file(path, errors))
      sources.squads.emplace_back(path.stem().string(), std::move(*file));
  if (environment.empty())
    return sources;
  if (!is_environment_name(environment))
    errors.push_back(
        {{}, {}, "an environment is named with 1 to 64 characters of A-Z a-z 0-9 _ -"});
  else
    sources.overlay = read_file(root / "environments" / (environment + ".json"), errors);
  return sources;
}

config_result load_config(const std::string& directory, const std::string& environment,
                          config_checks checks) {
  if (!checks.secret)
    checks.secret = read_secret;
  std::vector<config_error> errors;
  auto sources = read_config_sources(directory, environment, errors);
  auto result = parse_config(sources, checks);
  result.errors.insert(result.errors.begin(), errors.begin(), errors.end());
  return result;
}

} // namespace baseplate::app
