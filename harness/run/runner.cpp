#include "run/runner.hpp"

#include <sys/types.h>

#include <optional>
#include <utility>

#include "contract/error.hpp"
#include "measure/clock.hpp"
#include "run/case_region.hpp"
#include "run/collect.hpp"
#include "run/cpu_quota.hpp"
#include "run/interrupt.hpp"
#include "run/lanes.hpp"
#include "run/sanitizer_log.hpp"
#include "run/strays.hpp"
#include "run/supervisor.hpp"

namespace shmlab::run {
namespace {

void put_under(const CpuQuota& quota, const Hosts& hosts) {
  for (const auto& host : hosts) {
    if (const std::optional<pid_t> process = host->own_process()) { quota.add(*process); }
  }
}

}  // namespace

Result run_case(const Plan& plan) {
  check_interrupted();
  measure::Clock::calibrate();
  const std::uint64_t begin = measure::Clock::now();
  const SanitizerLog sanitizer;
  CaseRegion region(plan);
  prepare_lane(plan.lane);
  std::optional<CpuQuota> quota;  // which goes after those who are in it
  if (plan.cpu_quota_percent != 0) {
    if (plan.lane != Lane::processes) { throw Unavailable("a CPU quota is for participants that are processes of their own"); }
    quota.emplace(plan.cpu_quota_percent);
  }
  Strays strays;
  Hosts hosts = start_hosts(plan, region, sanitizer.prefix());
  if (quota) { put_under(*quota, hosts); }
  Supervisor supervisor(plan, region, std::move(hosts), strays);
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
