#include "crash/fault.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "contract/error.hpp"
#include "shm/region_kind.hpp"
#include "shm/testing/leftovers.hpp"
#include "shm/testing/refusal.hpp"

namespace shmlab::crash {
namespace {

using shm::testing::contains;
using shm::testing::refusal_of;

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const Fault& fault : faults()) { all.push_back(fault.name); }
  return all;
}

/// Faults by name. Those of strategies have strategies as their subjects.
class FaultTest : public shm::testing::LeavesNothing, public ::testing::WithParamInterface<std::string_view> {
 protected:
  static bool is_of_regions() {
    constexpr std::string_view of_regions[] = {"creator_dies", "init_race", "truncation", "damaged_header",
                                               "stale_names",  "full_shm",  "misaligned", "pid_reuse"};
    return std::ranges::find(of_regions, GetParam()) != std::end(of_regions);
  }
};
INSTANTIATE_TEST_SUITE_P(All, FaultTest, ::testing::ValuesIn(names()),
                         [](const auto& instance) { return std::string(instance.param); });

/// Each leaves nothing, agrees wherever it can be injected, and says why where it cannot.
TEST_P(FaultTest, goes_well_or_says_why_not) {
  const std::vector<FaultRow> rows = inject(*faults_matching(std::string(GetParam())).front(), {.strategies = {}, .rounds = 400});
  std::set<std::string> subjects;
  for (const FaultRow& row : rows) {
    EXPECT_EQ(row.fault, GetParam());
    EXPECT_TRUE(subjects.insert(row.subject).second) << row.subject << " twice";
    if (row.agrees) {
      EXPECT_TRUE(*row.agrees) << row.subject << ": " << row.observed << ": " << row.why;
      EXPECT_NE(row.observed, "") << row.subject;
      EXPECT_GT(row.rounds, 0U) << row.subject;
    } else {
      EXPECT_NE(row.why, "") << row.subject;
    }
  }
  if (!is_of_regions()) { return; }
  for (const shm::RegionKind kind : shm::all_region_kinds) {
    EXPECT_TRUE(subjects.contains(std::string(to_string(kind)) + " region")) << to_string(kind);
  }
  EXPECT_TRUE(std::ranges::any_of(subjects, [](const std::string& subject) { return subject.starts_with("control: "); }));
}

TEST(FaultNames, that_stand_for_none_are_refused) {
  EXPECT_TRUE(contains(refusal_of([] { faults_matching("creator_dise"); }), "nearest is 'creator_dies'"));
  EXPECT_EQ(faults_matching("*").size(), faults().size());
}

TEST(FaultThat, throws_is_a_row_that_does_not_agree) {
  const Fault silent{.name = "silent", .summary = "", .inject = [](const FaultOrder&) -> std::vector<FaultRow> {
                       throw std::runtime_error("process 7 neither answers nor ends");
                     }};
  const std::vector<FaultRow> rows = inject(silent, {});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].fault, "silent");
  EXPECT_EQ(rows[0].agrees, false);
  EXPECT_TRUE(contains(rows[0].why, "process 7"));
}

}  // namespace
}  // namespace shmlab::crash
