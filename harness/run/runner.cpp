#include "run/runner.hpp"

#include "measure/clock.hpp"
#include "run/case_region.hpp"
#include "run/collect.hpp"
#include "run/interrupt.hpp"
#include "run/lanes.hpp"
#include "run/sanitizer_log.hpp"
#include "run/strays.hpp"
#include "run/supervisor.hpp"

namespace shmlab::run {

Result run_case(const Plan& plan) {
  check_interrupted();
  measure::Clock::calibrate();
  const std::uint64_t begin = measure::Clock::now();
  const SanitizerLog sanitizer;
  CaseRegion region(plan);
  prepare_lane(plan.lane);
  Strays strays;
  Supervisor supervisor(plan, region, start_hosts(plan, region, sanitizer.prefix()), strays);
  supervisor.run();
  Result result = collect(plan, region, supervisor);
  if (const auto report = sanitizer.first_report()) {
    result.verdict = Verdict::violated(*report);
    result.detector = detector::tsan;
  }
  result.wall_ns = measure::Clock::to_ns(measure::Clock::now() - begin);
  return result;
}

}  // namespace shmlab::run
