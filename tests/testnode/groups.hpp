// Groups that only tests and benchmarks run: five that count every event, one that crashes, one
// that is slow.
#pragma once

#include "app/group_registry.hpp"

namespace baseplate::testnode {

/// counter_1 to counter_5: step on every event of their bus, 4,096 keys each.
/// crasher: throws on events whose detail has {"boom": true}, counts the others.
/// slow: takes 20 ms per event whose detail has {"slow": true}; else as a counter.
std::vector<app::group_module> test_groups();

} // namespace baseplate::testnode
