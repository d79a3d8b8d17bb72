// Which counters of a node are exported under which names. docs/ARCHITECTURE.md explains the
// accounting ones.
#pragma once

#include "actors/journal/journal_stats.hpp"
#include "app/metrics.hpp"
#include "app/wiring.hpp"

#include <memory>

namespace baseplate::app {

/// Has `out` export what `from` counts; `journal` and `acknowledged` may be null. @pre `from` was
/// assembled
void export_node(metrics& out, const node& from,
                 std::shared_ptr<const journal::journal_stats> journal,
                 std::shared_ptr<const latency_histogram> acknowledged);

} // namespace baseplate::app
