#include "app/cli/serve_command.hpp"

#include "app/cli/check_command.hpp"
#include "app/cli/exit_code.hpp"

namespace baseplate::app {

int run_serve(const serve_options& options, const command_line_parts& parts) {
  auto loaded = load_config(options.config, options.environment, parts.checks);
  if (!loaded.errors.empty()) {
    print_config_errors(loaded.errors);
    return exit_usage;
  }
  auto& config = loaded.config;
  if (options.data)
    config.data_dir = *options.data;
  if (options.host)
    config.http.host = *options.host;
  if (options.port)
    config.http.port = *options.port;
  if (options.log_level)
    config.log.level = *options.log_level;
  if (options.log_format)
    config.log.format = *options.log_format == "json" ? log_format::json : log_format::text;
  config.journal.repair = options.repair;
  return parts.serve(config);
}

} // namespace baseplate::app
