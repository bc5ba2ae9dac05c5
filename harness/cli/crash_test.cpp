#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/testing/program_run.hpp"
#include "cli/testing/traced_build.hpp"
#include "report/testing/scratch_directory.hpp"
#include "run/children.hpp"

/// `shmlab crash`, and `shmlab replay` of what it finds.
namespace shmlab::cli {
namespace {

using nlohmann::json;
using testing::expect_nothing_left;
using testing::ProgramEnd;
using testing::run_program;

using Crash = testing::TracedBuild;

TEST_F(Crash, HoldsAStrategyToItsContract) {
  const ProgramEnd end = run_program({"crash", "--strategy", "futex_mutex", "--json"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  const json report = json::parse(end.out);
  const json& cells = report.at("cells");
  ASSERT_GT(cells.size(), 20U);
  for (const json& cell : cells) {
    EXPECT_EQ(cell.at("strategy"), "futex_mutex");
    EXPECT_EQ(cell.at("scenario"), "survivors");
    EXPECT_TRUE(cell.at("agrees"));
    EXPECT_GE(cell.at("point"), 1);
    EXPECT_TRUE(cell.at("replay").get<std::string>().starts_with("shmlab replay "));
    for (const char* const text : {"role", "where", "survivor", "outcome", "declared"}) { EXPECT_NE(cell.at(text), "") << text; }
  }
  EXPECT_GE(report.at("runs"), cells.size() / 2);
  expect_nothing_left(end);

  const ProgramEnd text = run_program({"crash", "--strategy", "futex_mutex", "--role", "holder"});
  EXPECT_NE(text.out.find("lost_wakeup"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("kept"), std::string::npos) << text.out;
  const ProgramEnd points = run_program({"crash", "--strategy", "futex_mutex", "--role", "holder", "--points"});
  EXPECT_NE(points.out.find("futex_mutex.hpp:"), std::string::npos) << points.out;
}

TEST_F(Crash, CatchesALiarAndShowsItAgain) {
  const ProgramEnd end = run_program({"crash", "--strategy", "broken_spsc_ring_early_publish", "--role", "producer", "--json"});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  std::string token;
  const json report = json::parse(end.out);
  for (const json& cell : report.at("cells")) {
    if (cell.at("outcome") == "corrupts") { token = cell.at("replay"); }
  }
  ASSERT_NE(token, "");
  token = token.substr(token.rfind(' ') + 1);
  const ProgramEnd again = run_program({"replay", token, "--times", "10", "--json"});
  EXPECT_EQ(again.exit_code, 1) << again.err;
  const json replay = json::parse(again.out);
  EXPECT_EQ(replay.at("times"), 10);
  EXPECT_EQ(replay.at("role"), "producer");
  EXPECT_TRUE(again.out.find("\"corrupts\": 10") != std::string::npos) << again.out;
  expect_nothing_left(again);
  const ProgramEnd text = run_program({"replay", token, "--times", "2"});
  EXPECT_NE(text.out.find("corrupts 2 of 2"), std::string::npos) << text.out;
}

TEST_F(Crash, WhatIsOtherThanWrittenDownIsAFinding) {
  const report::testing::ScratchDirectory directory;
  const std::string file = (directory.path() / "expected.json").string();
  const std::vector<std::string> arguments{"crash", "--strategy", "seqlock", "--strategy", "futex_mutex"};
  const auto with = [&](const std::string& option) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {option, file});
    return run_program(all);
  };
  EXPECT_EQ(with("--update").exit_code, 0);
  const ProgramEnd same = with("--expect");
  EXPECT_EQ(same.exit_code, 0) << same.out;
  json table = json::parse(std::ifstream(file));
  ASSERT_EQ(table.at("expected").size(), 22U) << "two survivors of each role, and of what else befalls it";
  table.at("expected")[0].at("course") = "unaffected 1";
  std::ofstream(file) << table;
  const ProgramEnd other = with("--expect");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_NE(other.out.find("expected unaffected 1"), std::string::npos) << other.out;
  expect_nothing_left(other);
}

TEST_F(Crash, InterruptedInAllItsJobsItLeavesNothing) {
  const auto interrupt = [](pid_t program) {
    // Janitor, runner and the jobs are there: from then on an interrupt is heard.
    constexpr std::size_t expected = 5;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (run::count_below(program) < expected && std::chrono::steady_clock::now() < end) {}
    kill(program, SIGINT);
  };
  const ProgramEnd end = run_program({.arguments = {"crash", "--jobs", "3"}, .meanwhile = interrupt});
  EXPECT_EQ(end.exit_code, 130);
  EXPECT_EQ(end.out, "");
  EXPECT_EQ(end.err, "shmlab: interrupted\n");
  expect_nothing_left(end);
}

TEST(CrashFault, IsARowWithItsVerdict) {
  const ProgramEnd end = run_program({"crash", "--fault", "trunc*", "--fault", "truncation", "--json"});
  EXPECT_EQ(end.exit_code, 0) << end.err << end.out;
  const json report = json::parse(end.out);
  EXPECT_TRUE(report.at("cells").empty());
  const json& faults = report.at("faults");
  ASSERT_EQ(faults.size(), 5U);
  for (const json& row : faults) {
    EXPECT_EQ(row.at("fault"), "truncation");
    EXPECT_NE(row.at("subject"), "");
    EXPECT_TRUE(row.at("agrees") == true || (row.at("agrees").is_null() && row.at("why") != "")) << row;
  }
  expect_nothing_left(end);
  const ProgramEnd text = run_program({"crash", "--fault", "truncation"});
  EXPECT_NE(text.out.find("was truncated by another process"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("0 of 5 faults went badly"), std::string::npos) << text.out;
}

TEST_F(Crash, RefusesWhatItCannotUse) {
  struct Case {
    std::vector<std::string> arguments;
    std::string says;
  };
  const report::testing::ScratchDirectory directory;
  const std::string junk = (directory.path() / "junk.json").string();
  std::ofstream(junk) << "[1, 2";
  for (const Case& bad :
       std::vector<Case>{{{"crash", "--strategy", "futex_mutx"}, "nearest is 'futex_mutex'"},
                         {{"crash", "--role", "holdr"}, "unknown role 'holdr'"},
                         {{"crash", "--role", "holdr"}, "nearest is 'holder'"},
                         {{"crash", "--point", "0"}, "--point"},
                         {{"crash", "--pont", "1"}, "'--point'"},
                         {{"crash", "--jobs", "0"}, "--jobs"},
                         {{"crash", "--strategy", "seqlock", "--role", "holder"}, "no such role"},
                         {{"crash", "--strategy", "futex_mutex", "--point", "999"}, "no such role or point"},
                         {{"crash", "--strategy", "futex_mutex", "--expect", "/nowhere/x.json"}, "/nowhere/x.json"},
                         {{"crash", "--strategy", "futex_mutex", "--expect", junk}, "no table of deaths"},
                         {{"crash", "--strategy", "futex_mutex", "--point", "1", "--expect", junk}, "--point"},
                         {{"crash", "--fault", "truncatoin"}, "nearest is 'truncation'"},
                         {{"crash", "--fault", "*", "--role", "holder"}, "--fault: faults have no roles"},
                         {{"crash", "--fault", "*", "--expect", junk}, "--fault: a part is no table"},
                         {{"crash", "--fault", "*", "--strategy", "futex_mutx"}, "unknown strategy"},
                         {{"crash", "--rounds", "0"}, "--rounds"},
                         {{"replay", "crash/x"}, "replay token"}}) {
    const ProgramEnd end = run_program(bad.arguments);
    EXPECT_EQ(end.exit_code, 2) << bad.says;
    EXPECT_NE(end.err.find(bad.says), std::string::npos) << end.err;
    EXPECT_EQ(end.out, "");
    expect_nothing_left(end);
  }
}

}  // namespace
}  // namespace shmlab::cli
