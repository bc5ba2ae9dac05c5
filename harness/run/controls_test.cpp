#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "run/hunt.hpp"
#include "run/result.hpp"
#include "run/sanitizer_log.hpp"

namespace shmlab::run {
namespace {

constexpr int rounds = 10;
/// Of one round for one control; each is found in a small part of it on a quiet machine.
constexpr std::chrono::seconds budget{20};

std::vector<const catalogue::StrategyEntry*> controls_of(std::initializer_list<std::string_view> detectors) {
  std::vector<const catalogue::StrategyEntry*> found;
  for (const catalogue::StrategyEntry& strategy : catalogue::all().strategies) {
    // Adapters over a control are broken by it; the control itself is what has to be caught.
    const bool is_control = strategy.kind == Kind::control && strategy.name().find('<') == std::string_view::npos;
    if (is_control && std::ranges::find(detectors, strategy.descriptor.caught_by) != detectors.end()) {
      found.push_back(&strategy);
    }
  }
  return found;
}

std::string name_of(const ::testing::TestParamInfo<const catalogue::StrategyEntry*>& control) {
  return std::string(control.param->name());
}

/// Those that processes show by running freely.
class ControlsTest : public ::testing::TestWithParam<const catalogue::StrategyEntry*> {};

TEST_P(ControlsTest, IsCaughtByItsDetectorEveryTime) {
  Hunt hunt(*GetParam(), GetParam()->descriptor.caught_by);
  for (int round = 0; round < rounds; ++round) {
    EXPECT_TRUE(hunt.run(static_cast<std::uint64_t>(round) * 1000, budget).caught)
        << "round " << round << ": not caught by " << GetParam()->descriptor.caught_by;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ControlsTest,
                         ::testing::ValuesIn(controls_of({detector::invariant, detector::hang_watch, detector::supervisor,
                                                          detector::history})),
                         name_of);

/// Those whose interleavings are too rare for that: found among schedules that repeat exactly, so once is enough.
class ScheduledControlsTest : public ::testing::TestWithParam<const catalogue::StrategyEntry*> {};

TEST_P(ScheduledControlsTest, IsCaughtInASchedule) {
  EXPECT_TRUE(Hunt(*GetParam(), detector::schedules).run(1, budget).caught);
}

INSTANTIATE_TEST_SUITE_P(All, ScheduledControlsTest, ::testing::ValuesIn(controls_of({detector::schedules})), name_of);

/// Those whose races on ordinary data ThreadSanitizer has to see.
class RacyControls : public ::testing::TestWithParam<const catalogue::StrategyEntry*> {};

TEST_P(RacyControls, AreReportedByThreadSanitizer) {
  if (!SanitizerLog::is_built_in()) { GTEST_SKIP() << "this build has no ThreadSanitizer; make tsan runs this test"; }
  EXPECT_TRUE(Hunt(*GetParam(), detector::tsan).run(1, budget).caught);
}

INSTANTIATE_TEST_SUITE_P(All, RacyControls, ::testing::ValuesIn(controls_of({detector::tsan})), name_of);

/// The build for ThreadSanitizer has only those that it is to catch, and few more.
TEST(ControlsSuite, HasAControlForEachDetector) {
  for (const std::string_view detector : detector::all) {
    if (SanitizerLog::is_built_in() && detector != detector::tsan) { continue; }
    EXPECT_FALSE(controls_of({detector}).empty()) << detector;
  }
}

}  // namespace
}  // namespace shmlab::run
