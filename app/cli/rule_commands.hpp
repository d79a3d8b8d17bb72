// The options of the commands that work on rules without a node: test, transform.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace baseplate::app {

/// Adds the command `test`; when it is chosen, `chosen` becomes what it does.
void add_test(CLI::App& app, std::function<int()>& chosen);
/// The same for `transform`.
void add_transform(CLI::App& app, std::function<int()>& chosen);

} // namespace baseplate::app
