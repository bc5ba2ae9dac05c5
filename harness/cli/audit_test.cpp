#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/testing/program_run.hpp"
#include "cli/testing/traced_build.hpp"

/// `shmlab audit`, and `shmlab replay` of its counter-examples.
namespace shmlab::cli {
namespace {

using nlohmann::json;
using testing::expect_nothing_left;
using testing::ProgramEnd;
using testing::run_program;

using AuditCommand = testing::TracedBuild;

const std::vector<std::string> small{"--scenario", "parent_child", "--param", "operations=1", "--budget", "5m"};

std::vector<std::string> audit_of(std::vector<std::string> strategies, const std::vector<std::string>& more = {}) {
  strategies.insert(strategies.begin(), "audit");
  strategies.insert(strategies.end(), small.begin(), small.end());
  strategies.insert(strategies.end(), more.begin(), more.end());
  return strategies;
}

TEST_F(AuditCommand, SaysOfEachSiteWhatItIsNeededForAndReplaysThat) {
  const ProgramEnd end = run_program(audit_of({"spsc_ring"}, {"--json"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  const json audit = json::parse(end.out);
  EXPECT_EQ(audit.at("strategy"), "spsc_ring");
  EXPECT_TRUE(audit.at("decided"));
  EXPECT_FALSE(audit.at("load_buffering"));  // is not shown
  ASSERT_EQ(audit.at("sites").size(), 2U);
  const json& sites = audit.at("sites");
  const auto store = std::ranges::find(sites, "store", [](const json& one) { return one.at("operation").get<std::string>(); });
  ASSERT_NE(store, sites.end());
  EXPECT_EQ(store->at("file"), "strategies/spsc_ring.hpp");
  EXPECT_GT(store->at("line"), 0);
  EXPECT_EQ(store->at("order"), "release");
  EXPECT_EQ(store->at("weakest_that_holds"), "release");
  EXPECT_TRUE(store->at("needed"));
  EXPECT_EQ(store->at("parts").size(), 2U);  // its order, and that it is there
  const json& weakened = store->at("parts")[0].at("mutations")[0];
  EXPECT_EQ(weakened.at("mutation"), "relaxed in place of release");
  EXPECT_EQ(weakened.at("scenario"), "parent_child");

  std::string token = store->at("replay");
  token = token.substr(token.rfind(' ') + 1);
  const ProgramEnd again = run_program({"replay", token, "--times", "20", "--json"});
  EXPECT_EQ(again.exit_code, 1) << again.err;
  const json replay = json::parse(again.out);
  EXPECT_EQ(replay.at("reproduced"), 20);
  EXPECT_EQ(replay.at("why"), weakened.at("why"));
  EXPECT_EQ(replay.at("mutation").at("change"), "relaxed in place of release");
  const ProgramEnd table = run_program({"replay", token});
  EXPECT_NE(table.out.find("store, relaxed in place of release"), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("store relaxed"), std::string::npos) << table.out;
  expect_nothing_left(end);
}

TEST_F(AuditCommand, PrintsARowForEachProperty) {
  const ProgramEnd end = run_program(audit_of({"spsc_ring"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  for (const char* text : {"spsc_ring.hpp:", "release", "the store", "another look", "needed", "data race",
                           "shmlab replay explore/", "without load buffering"}) {
    EXPECT_NE(end.out.find(text), std::string::npos) << text << "\n" << end.out;
  }
  EXPECT_EQ(end.out.find("passed"), std::string::npos);
}

TEST_F(AuditCommand, SeveralStrategiesAreAnArray) {
  const ProgramEnd end = run_program(audit_of({"spsc_ring", "bounded_buffer<unnamed_semaphore>"}, {"--json"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  const json audits = json::parse(end.out).at("audits");
  ASSERT_EQ(audits.size(), 2U);
  const auto without = std::ranges::count_if(audits, [](const json& one) { return one.at("sites").empty(); });
  EXPECT_EQ(without, 1);
}

TEST_F(AuditCommand, AStrategyThatIsBrokenAsItIsIsAFinding) {
  const ProgramEnd end = run_program(audit_of({"broken_spsc_ring_early_publish"}));
  EXPECT_EQ(end.exit_code, 1) << end.out;
  EXPECT_NE(end.out.find("violated as it is"), std::string::npos) << end.out;
}

TEST_F(AuditCommand, ABudgetThatIsTooShortIsInconclusive) {
  const ProgramEnd end = run_program({"audit", "futex_mutex", "--scenario", "barrier_phases", "--budget", "1ms", "--json"});
  EXPECT_EQ(end.exit_code, 3) << end.err;
  EXPECT_FALSE(json::parse(end.out).at("decided"));
}

}  // namespace
}  // namespace shmlab::cli
