#include "report/summary.hpp"

#include <algorithm>
#include <cmath>

namespace shmlab::report {
namespace {

using Samples = std::vector<const Sample*>;

template <class Figure>
std::vector<double> values_of(const Samples& samples, Figure figure) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const Sample* sample : samples) {
    const double value = figure(*sample);
    if (std::isfinite(value)) { values.push_back(value); }
  }
  return values;
}

double median_over(const Samples& samples, double Sample::* member) {
  return measure::median_of(values_of(samples, [member](const Sample& sample) { return sample.*member; }));
}

/// `scale(sample)`: by what the sample's counters are multiplied.
template <class Scale>
std::map<std::string, double> counters_over(const Samples& samples, Scale scale) {
  std::map<std::string, std::vector<double>> values;
  for (const Sample* sample : samples) {
    for (const auto& [name, value] : sample->counters) {
      const double scaled = value * scale(*sample);
      if (std::isfinite(scaled)) { values[name].push_back(scaled); }
    }
  }
  std::map<std::string, double> medians;
  for (const auto& [name, of_name] : values) { medians[name] = measure::median_of(of_name); }
  return medians;
}

std::vector<LatencyHistogram> latencies_over(const Samples& samples) {
  std::vector<std::vector<const LatencyHistogram*>> by_name;
  for (const Sample* sample : samples) {
    for (const LatencyHistogram& histogram : sample->latencies) {
      const auto same =
          std::ranges::find_if(by_name, [&](const auto& of_name) { return of_name.front()->name == histogram.name; });
      (same != by_name.end() ? *same : by_name.emplace_back()).push_back(&histogram);
    }
  }
  std::vector<LatencyHistogram> result;
  result.reserve(by_name.size());
  for (const auto& of_name : by_name) { result.push_back(merged(of_name)); }
  return result;
}

}  // namespace

double floor_multiple_of(const Sample& sample) {
  const bool before = std::isfinite(sample.floor_before_ns);
  const bool after = std::isfinite(sample.floor_after_ns);
  if (before && after) { return sample.ns_per_operation / ((sample.floor_before_ns + sample.floor_after_ns) / 2); }
  return sample.ns_per_operation / (before ? sample.floor_before_ns : sample.floor_after_ns);
}

Summary summarise(const CaseResult& result) {
  Samples used;
  for (const Sample& sample : result.samples) {
    if (sample.regime != measure::Regime::far) { used.push_back(&sample); }
  }
  Summary summary;
  summary.samples_far = result.samples.size() - used.size();
  summary.all_far = used.empty() && !result.samples.empty();
  if (summary.all_far) {
    for (const Sample& sample : result.samples) { used.push_back(&sample); }
  }
  summary.samples_used = used.size();
  summary.ns_per_operation =
      measure::median_interval(values_of(used, [](const Sample& sample) { return sample.ns_per_operation; }));
  summary.operations_per_s = median_over(used, &Sample::operations_per_s);
  summary.floor_multiple = measure::median_of(values_of(used, floor_multiple_of));
  summary.cpu_ns_per_operation = median_over(used, &Sample::cpu_ns_per_operation);
  summary.switches_per_operation = median_over(used, &Sample::switches_per_operation);
  summary.jain = median_over(used, &Sample::jain);
  summary.min_max_ratio = median_over(used, &Sample::min_max_ratio);
  summary.cycles_per_operation = median_over(used, &Sample::cycles_per_operation);
  summary.instructions_per_operation = median_over(used, &Sample::instructions_per_operation);
  summary.cache_misses_per_operation = median_over(used, &Sample::cache_misses_per_operation);
  summary.counters = counters_over(used, [](const Sample&) { return 1.0; });
  summary.counters_per_1000 =
      counters_over(used, [](const Sample& sample) { return 1000.0 / static_cast<double>(sample.operations); });
  summary.latencies = latencies_over(used);
  return summary;
}

}  // namespace shmlab::report
