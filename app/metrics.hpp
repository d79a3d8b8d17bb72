// What the node exports at /metrics: reads counters that others keep, when someone asks. Text by
// prometheus-cpp. Names follow the Prometheus conventions: base units, _total for counters,
// baseplate_ in front. Threads: text() and add() may run concurrently; a source must be safe to
// call from any thread.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace baseplate::app {

/// Gathers samples of one scrape into families.
class metrics_builder {
 public:
  using labels = std::vector<std::pair<std::string, std::string>>;

  void counter(const std::string& name, const std::string& help, double value,
               const labels& with = {});
  void gauge(const std::string& name, const std::string& help, double value,
             const labels& with = {});

  /// `counts[i]`: observations up to `bounds[i]`, not cumulative; one more for those above.
  void histogram(const std::string& name, const std::string& help,
                 const std::vector<double>& bounds, const std::vector<std::uint64_t>& counts,
                 double sum, const labels& with = {});

  std::vector<prometheus::MetricFamily> take();

 private:
  prometheus::ClientMetric& sample(const std::string& name, const std::string& help,
                                   prometheus::MetricType type, const labels& with);

  std::map<std::string, prometheus::MetricFamily> families_;
};

class metrics {
 public:
  using source = std::function<void(metrics_builder&)>;

  void add(source x);

  /// The Prometheus text format, version 0.0.4.
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::vector<source> sources_;
};

} // namespace baseplate::app
