#include <cstdint>
#include <memory>

#include "contract/error.hpp"
#include "run/lanes.hpp"
#include "run/pool.hpp"
#include "run/spawn.hpp"

namespace shmlab::run {

void prepare_lane(Lane lane) {
  if (lane == Lane::forked || lane == Lane::scheduled) { Pool::instance(); }
}

Hosts start_hosts(const Plan& plan, CaseRegion& region, const std::string& sanitizer_log) {
  const bool execs = plan.lane == Lane::processes || plan.lane == Lane::threads;
  if (execs && plan.region == shm::RegionKind::anonymous) {
    throw Unavailable("an anonymous mapping is inherited by fork only, and this lane execs its participants");
  }
  switch (plan.lane) {
    case Lane::processes: return start_processes(region, sanitizer_log);
    case Lane::forked:
    case Lane::scheduled: return start_forked(region);
    case Lane::threads: return start_threads(region, sanitizer_log);
  }
  throw Unavailable("no such lane");
}

Hosts start_processes(CaseRegion& region, const std::string& sanitizer_log) {
  Hosts hosts;
  for (std::uint32_t i = 0; i < region.parties(); ++i) {
    hosts.push_back(std::make_unique<ChildHost>(spawn_participant({region.descriptors(), i, sanitizer_log}), i, 1));
  }
  return hosts;
}

Hosts start_threads(CaseRegion& region, const std::string& sanitizer_log) {
  Hosts hosts;
  hosts.push_back(
      std::make_unique<ChildHost>(spawn_participant({region.descriptors(), std::nullopt, sanitizer_log}), 0, region.parties()));
  return hosts;
}

}  // namespace shmlab::run
