#include "app/baseplate_main.hpp"
#include "tests/testnode/groups.hpp"

int main(int argc, char** argv) {
  auto modules = baseplate::app::shop_groups();
  for (auto& module : baseplate::testnode::test_groups())
    modules.push_back(std::move(module));
  return baseplate::app::baseplate_main(argc, argv, std::move(modules));
}
