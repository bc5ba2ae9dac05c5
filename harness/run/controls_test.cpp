#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "catalogue/catalogue.hpp"
#include "run/property.hpp"
#include "run/result.hpp"

namespace shmlab::run {
namespace {

constexpr int rounds = 20;
/// Of one round for one control; each is found in a small part of it on a quiet machine.
constexpr std::chrono::seconds budget{20};

/// The first scenario in which the control is caught, or nothing.
std::string_view caught_by(const catalogue::StrategyEntry& control, std::uint64_t seed) {
  const auto end = std::chrono::steady_clock::now() + budget;
  while (std::chrono::steady_clock::now() < end) {
    for (const catalogue::ScenarioEntry& scenario : catalogue::all().scenarios) {
      PropertyBudget tries;
      tries.share = std::chrono::milliseconds(200);
      tries.end = end;
      tries.seed = seed++;
      if (!misfit(control, scenario, tries).empty()) { continue; }
      const PropertyReport report = check_pair(control, scenario, tries);
      if (report.violation && report.violation->detector == control.descriptor.caught_by) { return report.violation->detector; }
    }
  }
  return {};
}

class ControlsTest : public ::testing::TestWithParam<const catalogue::StrategyEntry*> {};

TEST_P(ControlsTest, IsCaughtByItsDetectorEveryTime) {
  const catalogue::StrategyEntry& control = *GetParam();
  ASSERT_FALSE(control.descriptor.caught_by.empty()) << "a control names its detector";
  for (int round = 0; round < rounds; ++round) {
    EXPECT_EQ(caught_by(control, static_cast<std::uint64_t>(round) * 1000), control.descriptor.caught_by) << "round " << round;
  }
}

std::vector<const catalogue::StrategyEntry*> controls() {
  std::vector<const catalogue::StrategyEntry*> found;
  for (const catalogue::StrategyEntry& strategy : catalogue::all().strategies) {
    // Adapters over a control are broken by it; the control itself is what has to be caught.
    if (strategy.kind == Kind::control && strategy.name().find('<') == std::string_view::npos) { found.push_back(&strategy); }
  }
  return found;
}

INSTANTIATE_TEST_SUITE_P(All, ControlsTest, ::testing::ValuesIn(controls()),
                         [](const auto& control) { return std::string(control.param->name()); });

}  // namespace
}  // namespace shmlab::run
