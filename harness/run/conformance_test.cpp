#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string>
#include <tuple>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "run/property.hpp"

namespace shmlab::run {
namespace {

/// One suite a face: every scenario in which a strategy takes part through that face, freely and by schedules. Every strategy of the
/// catalogue has to pass, its adapters and peers too; the controls, which have to fail, are selftest's.
using Conformance = std::tuple<Face, const catalogue::StrategyEntry*>;

bool takes_part(const catalogue::StrategyEntry& strategy, Face face) {
  return std::ranges::any_of(strategy.cases, [face](const catalogue::CaseCode& code) { return code.face == face; });
}

std::vector<Conformance> everyone() {
  std::vector<Conformance> all;
  for (const Face face : all_faces) {
    for (const catalogue::StrategyEntry& strategy : catalogue::all().strategies) {
      const bool is_sound = strategy.kind != Kind::control && strategy.unavailable.empty();
      if (is_sound && takes_part(strategy, face)) { all.emplace_back(face, &strategy); }
    }
  }
  return all;
}

/// A semaphore that offers both timed faces takes part in timed_ops through one; but no strategy has a face that nothing asks for at all.
TEST(ConformanceSuite, AsksForEveryFaceOfTheCatalogue) {
  for (const Face face : all_faces) {
    const auto offers = [face](const catalogue::StrategyEntry& strategy) {
      return strategy.kind != Kind::control && strategy.faces.contains(face);
    };
    const auto asked = [face](const catalogue::StrategyEntry& strategy) {
      return strategy.kind != Kind::control && takes_part(strategy, face);
    };
    EXPECT_EQ(std::ranges::any_of(catalogue::all().strategies, offers), std::ranges::any_of(catalogue::all().strategies, asked))
        << to_string(face);
  }
}

std::string name_of(const ::testing::TestParamInfo<Conformance>& info) {
  std::string name = std::string(to_string(std::get<Face>(info.param))) + "_";
  for (const char c : std::get<1>(info.param)->name()) { name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_'; }
  return name;
}

class ConformanceTest : public ::testing::TestWithParam<Conformance> {};

TEST_P(ConformanceTest, HoldsInEveryScenarioOfTheFace) {
  const auto& [face, strategy] = GetParam();
  PropertyBudget budget;
  budget.lanes = {Lane::forked, Lane::scheduled};
  budget.min_runs = budget.max_runs = 8;
  budget.share = std::chrono::minutes(2);
  budget.schedules = 100;
  std::size_t scenarios = 0;
  for (const catalogue::ScenarioEntry& scenario : catalogue::all().scenarios) {
    std::string why_not;
    const auto* const code = catalogue::find_case(*strategy, scenario, scenario.typical(), why_not);
    if (code == nullptr || code->face != face || !misfit(*strategy, scenario, budget).empty()) { continue; }
    ++scenarios;
    const PropertyReport report = check_pair(*strategy, scenario, budget);
    for (const auto& finding : {report.violation, report.doubt}) {
      if (finding) { ADD_FAILURE() << scenario.name() << ": " << finding->verdict.why << "\nshmlab replay " << finding->token; }
    }
    EXPECT_EQ(report.runs(), 8U) << scenario.name() << ": " << report.shortfall;
  }
  EXPECT_GT(scenarios, 0U) << "no scenario asks for this face of it";
}

INSTANTIATE_TEST_SUITE_P(Faces, ConformanceTest, ::testing::ValuesIn(everyone()), name_of);

}  // namespace
}  // namespace shmlab::run
