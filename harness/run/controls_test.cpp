#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "run/property.hpp"
#include "run/result.hpp"
#include "run/sanitizer_log.hpp"

namespace shmlab::run {
namespace {

using std::chrono::steady_clock;

constexpr int rounds = 10;
/// Of one round for one control; each is found in a small part of it on a quiet machine.
constexpr std::chrono::seconds budget{20};
/// Of that, for one scenario at a time.
constexpr std::chrono::milliseconds share{200};

/// One control, and the scenarios in which its detector has to catch it, tried one after the other.
class Hunt {
 public:
  Hunt(const catalogue::StrategyEntry& control, Lane lane) : control_(control) {
    usual_.share = share;
    usual_.lanes = {lane};
    for (const catalogue::ScenarioEntry& scenario : catalogue::all().scenarios) {
      if (misfit(control, scenario, usual_).empty()) { scenarios_.push_back(&scenario); }
    }
  }

  /// Whether the detector that the control names caught it within the budget. What others find does not count.
  bool caught(std::uint64_t seed) {
    const auto end = steady_clock::now() + budget;
    while (steady_clock::now() < end) {
      for (auto& scenario : scenarios_) {
        PropertyBudget tries = usual_;
        tries.end = std::min(end, steady_clock::now() + share);
        tries.seed = seed++;
        const PropertyReport report = check_pair(control_, *scenario, tries);
        if (report.violation && report.violation->detector == control_.descriptor.caught_by) {
          std::swap(scenario, scenarios_.front());  // the next round begins where this one succeeded
          return true;
        }
      }
    }
    return false;
  }

 private:
  const catalogue::StrategyEntry& control_;
  PropertyBudget usual_;
  std::vector<const catalogue::ScenarioEntry*> scenarios_;
};

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
  Hunt hunt(*GetParam(), Lane::forked);
  for (int round = 0; round < rounds; ++round) {
    EXPECT_TRUE(hunt.caught(static_cast<std::uint64_t>(round) * 1000))
        << "round " << round << ": not caught by " << GetParam()->descriptor.caught_by;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ControlsTest,
                         ::testing::ValuesIn(controls_of({detector::invariant, detector::hang_watch, detector::supervisor})),
                         name_of);

/// Those whose interleavings are too rare for that: found among schedules that repeat exactly, so once is enough.
class ScheduledControlsTest : public ::testing::TestWithParam<const catalogue::StrategyEntry*> {};

TEST_P(ScheduledControlsTest, IsCaughtInASchedule) {
  EXPECT_TRUE(Hunt(*GetParam(), Lane::scheduled).caught(1));
}

INSTANTIATE_TEST_SUITE_P(All, ScheduledControlsTest, ::testing::ValuesIn(controls_of({detector::schedules})), name_of);

/// Those whose races on ordinary data ThreadSanitizer has to see.
class RacyControls : public ::testing::TestWithParam<const catalogue::StrategyEntry*> {};

TEST_P(RacyControls, AreReportedByThreadSanitizer) {
  if (!SanitizerLog::is_built_in()) { GTEST_SKIP() << "this build has no ThreadSanitizer; make tsan runs this test"; }
  EXPECT_TRUE(Hunt(*GetParam(), Lane::threads).caught(1));
}

INSTANTIATE_TEST_SUITE_P(All, RacyControls, ::testing::ValuesIn(controls_of({detector::tsan})), name_of);

TEST(ControlsSuite, HasAControlForEachDetectorTriedHere) {
  for (const auto detector :
       {detector::invariant, detector::hang_watch, detector::supervisor, detector::schedules, detector::tsan}) {
    EXPECT_FALSE(controls_of({detector}).empty()) << detector;
  }
}

}  // namespace
}  // namespace shmlab::run
