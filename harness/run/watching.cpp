#include "run/watching.hpp"

#include "run/result.hpp"
#include "run/sanitizer_log.hpp"

namespace shmlab::run {

std::vector<std::string_view> watching(const catalogue::ScenarioEntry& scenario, Lane lane) {
  if (lane == Lane::scheduled) { return {detector::supervisor, detector::schedules}; }
  std::vector<std::string_view> detectors{detector::invariant, detector::hang_watch, detector::supervisor};
  if (scenario.records) { detectors.push_back(detector::history); }
  if (lane == Lane::threads && SanitizerLog::is_built_in()) { detectors.push_back(detector::tsan); }
  return detectors;
}

}  // namespace shmlab::run
