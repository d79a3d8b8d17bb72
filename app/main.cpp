// bin/baseplate: the shop's groups on the platform.
#include "app/baseplate_main.hpp"

int main(int argc, char** argv) {
  return baseplate::app::baseplate_main(argc, argv, baseplate::app::shop_groups());
}
