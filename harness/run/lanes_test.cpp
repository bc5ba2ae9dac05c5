#include <gtest/gtest.h>
#include <chrono>

#include <cmath>
#include <set>
#include <string>

#include "contract/error.hpp"
#include "run/result.hpp"
#include "run/runner.hpp"
#include "run/sanitizer_log.hpp"
#include "run/testing/plans.hpp"

namespace shmlab::run {
namespace {

using testing::correct_pairs;
using testing::plan_for;

constexpr std::uint64_t few = 200;

std::set<std::uint64_t> addresses(const Result& result) {
  std::set<std::uint64_t> found;
  for (const ParticipantResult& participant : result.participants) { found.insert(participant.mapped_at); }
  return found;
}

class LanesTest : public ::testing::TestWithParam<Lane> {};

TEST_P(LanesTest, EveryCorrectPairRuns) {
  for (const auto& [strategy, scenario] : correct_pairs()) {
    const Result result = run_case(plan_for(strategy->name(), scenario->name(), few, GetParam()));
    EXPECT_TRUE(result.verdict.is_ok()) << scenario->name() << "/" << strategy->name() << ": " << result.verdict.why;
    for (const ParticipantResult& participant : result.participants) {
      EXPECT_EQ(participant.outcome.ending, Ending::finished) << scenario->name() << "/" << strategy->name();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, LanesTest, ::testing::Values(Lane::processes, Lane::forked, Lane::threads),
                         [](const auto& lane) { return std::string(to_string(lane.param)); });

TEST(ProcessesTest, EveryParticipantHasAnAddressOfItsOwn) {
  for (const Lane lane : {Lane::processes, Lane::forked}) {
    const Result result = run_case(plan_for("futex_mutex", "contended_counter", few, lane));
    EXPECT_EQ(addresses(result).size(), 2U) << to_string(lane);
    EXPECT_FALSE(addresses(result).contains(0)) << to_string(lane);
  }
}

TEST(ThreadsTest, ParticipantsShareOneMapping) {
  EXPECT_EQ(addresses(run_case(plan_for("futex_mutex", "contended_counter", few, Lane::threads))).size(), 1U);
}

TEST(RegionKindsTest, EachReachesItsLanes) {
  for (const auto kind :
       {shm::RegionKind::memfd, shm::RegionKind::posix_shm, shm::RegionKind::file, shm::RegionKind::anonymous}) {
    for (const Lane lane : {Lane::processes, Lane::forked, Lane::threads}) {
      Plan plan = plan_for("pthread_mutex", "parent_child", 1, lane);
      plan.region = kind;
      if (kind == shm::RegionKind::anonymous && lane != Lane::forked) {
        EXPECT_THROW(run_case(plan), Unavailable);
      } else {
        EXPECT_TRUE(run_case(plan).verdict.is_ok()) << to_string(kind) << " " << to_string(lane);
      }
    }
  }
}

TEST(RunForTest, EndsWhenToldAndTimes) {
  Plan plan = plan_for("spsc_ring", "stream", 1, Lane::processes);
  plan.values[plan.scenario->param_index("operations")] = 0;
  plan.values[plan.scenario->param_index("payload_bytes")] = 16;
  plan.run_for = std::chrono::milliseconds(5);
  plan.timing = true;
  const Result result = run_case(plan);
  ASSERT_TRUE(result.verdict.is_ok()) << result.verdict.why;
  EXPECT_GT(result.operations, 0U);
  ASSERT_FALSE(result.histograms.empty());
  EXPECT_GT(result.histograms[0].count(), 0U);
  EXPECT_GT(result.elapsed_ns, 0);
}

TEST(FloorTest, IsProbedBesideARun) {
  // The lone participant of `uncontended` gets a partner for the probes.
  for (const char* scenario : {"ping_pong", "uncontended"}) {
    Plan plan = plan_for("spsc_ring", scenario, few, Lane::processes);
    plan.probe_floor = true;
    // A probe gives up where the two do not get a CPU each for long: a busy machine has to be asked again.
    Result result = run_case(plan);
    const auto watchdog = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const auto is_probed = [&result] { return result.floor_before_ns > 0 && result.floor_after_ns > 0; };
    while (!is_probed() && std::chrono::steady_clock::now() < watchdog) { result = run_case(plan); }
    ASSERT_TRUE(result.verdict.is_ok()) << result.verdict.why;
    EXPECT_GT(result.floor_before_ns, 0) << scenario;
    EXPECT_GT(result.floor_after_ns, 0) << scenario;
    EXPECT_EQ(result.participants.size(), plan.scenario->participants(plan.values));
  }
}

TEST(MisfitTest, IsUnavailableWithTheReason) {
  try {
    run_case(plan_for("seqlock", "stream", few));
    FAIL() << "a seqlock is no channel";
  } catch (const Unavailable& unavailable) { EXPECT_NE(std::string(unavailable.what()).find("channel"), std::string::npos); }
}

/// What ThreadSanitizer can see and what it cannot: the reason for the threads lane, and for all the others.
TEST(ThreadSanitizerTest, SeesThreadsOnOneMappingOnly) {
  if (!SanitizerLog::is_built_in()) { GTEST_SKIP() << "this build has no ThreadSanitizer; make tsan runs this test"; }
  // On a busy machine a run may end, at what went wrong with the sum, before two threads have met where nobody reported them yet.
  Result seen = run_case(plan_for("unsynchronised", "contended_counter", 2000, Lane::threads));
  for (int again = 0; seen.detector != detector::tsan && again < 20; ++again) {
    seen = run_case(plan_for("unsynchronised", "contended_counter", 2000, Lane::threads));
  }
  EXPECT_EQ(seen.detector, detector::tsan);
  EXPECT_NE(seen.verdict.why.find("data race"), std::string::npos) << seen.verdict.why;
  for (const Lane blind : {Lane::processes, Lane::forked}) {
    const Result unseen = run_case(plan_for("unsynchronised", "contended_counter", 2000, blind));
    EXPECT_NE(unseen.detector, detector::tsan) << to_string(blind);
  }
}

}  // namespace
}  // namespace shmlab::run
