#include "scenarios/recorded_signal.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::recorded_signal {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnSignal = Rig<RecordedSignal, Face::signal, FakeSignal>;

TEST(RecordedSignal, IsLinearizableWhenCorrectAndNobodyWaitsForEver) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t operations : {1U, 2U, 3U, 100U}) {
      for (const std::uint64_t program : {0ULL, 1ULL, 2ULL, 77ULL, ~0ULL}) {
        OnSignal rig({.participants = participants, .operations = operations, .program = program});
        const Report report = rig.run();
        EXPECT_EQ(report.findings(), "");
        EXPECT_TRUE(report.judgement.is_ok());
        EXPECT_TRUE(report.history_judgement.is_ok()) << report.history_judgement.why;
      }
    }
  }
}

TEST(RecordedSignal, TheSimplestProgramIsAllWaits) {
  OnSignal rig({.participants = 3, .operations = 4, .program = 0});
  const Report report = rig.run();
  EXPECT_EQ(report.outcomes[0].operations, 8U) << "posts";
  EXPECT_EQ(report.history.size(), 16U);
}

TEST(RecordedSignal, CatchesAWaitWithoutAPost) {
  OnSignal rig({.participants = 3, .operations = 100, .program = 0});
  rig.states()[0].waits = false;
  EXPECT_EQ(rig.run({1, 2}).history_judgement.judgement, Judgement::violated);
}

TEST(RecordedSignal, CatchesAPermitTooMany) {
  OnSignal rig({.participants = 2, .operations = 5, .program = 0});
  rig.states()[0].permits = 1;
  EXPECT_EQ(rig.run({1}).history_judgement.judgement, Judgement::violated);
}

TEST(RecordedSignal, ALostPostLeavesSomebodyAsleep) {
  OnSignal rig({.participants = 3, .operations = 50, .program = 0});
  rig.states()[0].lost_post = 20;
  EXPECT_TRUE(rig.run().stranded);
}

}  // namespace
}  // namespace shmlab::scenarios::recorded_signal
