// Groups that only tests and benchmarks run: one that counts, one that crashes, one that is slow.
// Threads: the logics are immutable.
#pragma once

#include "app/group_registry.hpp"

#include <vector>

namespace baseplate::testnode {

/// counting1 to counting5: each takes every event of its bus and counts it under one of up to
/// 100,000 keys, 32 bytes of state a key; counting1 publishes one event per 100. crashing: throws
/// on each event with detail.poison true, counts the others. slow: counts, and blocks its worker
/// for 4 ms at every 64th event.
std::vector<app::group_module> test_groups();

} // namespace baseplate::testnode
