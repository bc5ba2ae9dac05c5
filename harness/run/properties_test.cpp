#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "check/generate.hpp"
#include "run/runner.hpp"
#include "run/testing/plans.hpp"

namespace shmlab::run {
namespace {

using testing::correct_pairs;

constexpr std::size_t cases_a_property = 125;
std::uint64_t cases_run = 0;

/// Short enough that thousands run in a few seconds; the ends of each range stay likely.
std::uint64_t cap(const catalogue::ParamInfo& param) {
  if (param.name == "participants") { return 3; }
  if (param.name == "operations") { return 60; }
  if (param.name == "payload_bytes") { return 600; }
  if (param.name == "capacity") { return 16; }
  if (param.name.ends_with("_pauses")) { return 20; }
  return param.unit == "ns" ? 500 : param.high;
}

rc::Gen<ParamValues> values_of(const catalogue::ScenarioEntry& scenario) {
  std::vector<check::ParamRange> ranges;
  for (const catalogue::ParamInfo& param : scenario.params) {
    ranges.push_back({param.low, std::max(param.low, std::min(param.high, cap(param)))});
  }
  return check::param_values(ranges);
}

Plan any_plan() {
  static const auto pairs = correct_pairs();
  static const std::vector<shm::RegionKind> regions{shm::RegionKind::memfd, shm::RegionKind::memfd,
                                                    shm::RegionKind::memfd, shm::RegionKind::posix_shm,
                                                    shm::RegionKind::file,  shm::RegionKind::anonymous};
  const auto [strategy, scenario] = *rc::gen::elementOf(pairs);
  Plan plan;
  plan.strategy = strategy;
  plan.scenario = scenario;
  const auto fits = [strategy, scenario](const ParamValues& values) {
    std::string why_not;
    return catalogue::find_case(*strategy, *scenario, values, why_not) != nullptr;
  };
  plan.values = *rc::gen::suchThat(values_of(*scenario), fits);
  plan.region = *rc::gen::elementOf(regions);
  // One in a hundred as fork + exec; an anonymous region cannot get there.
  const bool by_exec = plan.region != shm::RegionKind::anonymous && *rc::gen::inRange(0, 100) == 0;
  plan.lane = by_exec ? Lane::processes : Lane::forked;
  return plan;
}

RC_GTEST_PROP(PropertiesTest, EveryInvariantHoldsForEveryPairWithAnyParameters, ()) {
  for (std::size_t i = 0; i < cases_a_property; ++i) {
    const Plan plan = any_plan();
    const Result result = run_case(plan);
    ++cases_run;
    RC_LOG() << plan.scenario->name() << "/" << plan.strategy->name() << " " << catalogue::to_string(*plan.scenario, plan.values)
             << " " << to_string(plan.lane) << " " << to_string(plan.region) << ": " << result.verdict.why << "\n";
    RC_ASSERT(result.verdict.is_ok());
  }
}

TEST(PropertiesTestCount, IsTenThousandCasesOnRealProcesses) {
  EXPECT_GE(cases_run, 10'000U);
}

}  // namespace
}  // namespace shmlab::run
