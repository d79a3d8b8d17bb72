#include "app/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <sstream>

namespace baseplate::app {

prometheus::ClientMetric& metrics_builder::sample(const std::string& name, const std::string& help,
                                                  prometheus::MetricType type, const labels& with) {
  auto& family = families_[name];
  family.name = name;
  family.help = help;
  family.type = type;
  auto& metric = family.metric.emplace_back();
  for (auto& [key, value] : with)
    metric.label.push_back({key, value});
  return metric;
}

void metrics_builder::counter(const std::string& name, const std::string& help, double value,
                              const labels& with) {
  sample(name, help, prometheus::MetricType::Counter, with).counter.value = value;
}

void metrics_builder::gauge(const std::string& name, const std::string& help, double value,
                            const labels& with) {
  sample(name, help, prometheus::MetricType::Gauge, with).gauge.value = value;
}

void metrics_builder::histogram(const std::string& name, const std::string& help,
                                const std::vector<double>& bounds,
                                const std::vector<std::uint64_t>& counts, double sum,
                                const labels& with) {
  auto& out = sample(name, help, prometheus::MetricType::Histogram, with).histogram;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    if (i < bounds.size())
      out.bucket.push_back({total, bounds[i]});
  }
  out.sample_count = total;
  out.sample_sum = sum;
}

std::vector<prometheus::MetricFamily> metrics_builder::take() {
  std::vector<prometheus::MetricFamily> out;
  out.reserve(families_.size());
  for (auto& [name, family] : families_)
    out.push_back(std::move(family));
  families_.clear();
  return out;
}

void metrics::add(source x) {
  std::lock_guard guard{mutex_};
  sources_.push_back(std::move(x));
}

std::string metrics::text() const {
  metrics_builder builder;
  {
    std::lock_guard guard{mutex_};
    for (auto& source : sources_)
      source(builder);
  }
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, builder.take());
  return out.str();
}

} // namespace baseplate::app
