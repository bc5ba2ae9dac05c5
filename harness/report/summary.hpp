#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "measure/order_statistics.hpp"
#include "report/case_result.hpp"

namespace shmlab::report {

/// The figures that stand for all samples of a case. Medians are over the samples used, NaN when none has the figure.
struct Summary {
  std::size_t samples_used = 0;
  std::size_t samples_far = 0;  ///< taken in another regime of the machine; left out, unless that leaves none
  bool all_far = false;         ///< every sample is far, so all were used
  measure::Interval ns_per_operation{not_measured, not_measured, not_measured, 0};
  double operations_per_s = not_measured;
  double floor_multiple = not_measured;  ///< of ns_per_operation over the floor probed beside the same sample
  double cpu_ns_per_operation = not_measured;
  double switches_per_operation = not_measured;
  double jain = not_measured;
  double min_max_ratio = not_measured;
  double cycles_per_operation = not_measured;
  double instructions_per_operation = not_measured;
  double cache_misses_per_operation = not_measured;
  std::map<std::string, double> counters;
  std::map<std::string, double> counters_per_1000;  ///< for each 1,000 operations
  std::vector<LatencyHistogram> latencies;          ///< merged, in the order of the first sample
};

Summary summarise(const CaseResult& result);

/// ns_per_operation over the mean of the sample's two probes, or over the one that succeeded; NaN without any.
double floor_multiple_of(const Sample& sample);

}  // namespace shmlab::report
