#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/testing/program_run.hpp"
#include "cli/testing/traced_build.hpp"

/// `shmlab explore`, and `shmlab replay` of what it finds.
namespace shmlab::cli {
namespace {

using nlohmann::json;
using testing::expect_nothing_left;
using testing::ProgramEnd;
using testing::run_program;

using Explore = testing::TracedBuild;

TEST_F(Explore, ExhaustsACorrectStrategyAndSaysOfWhat) {
  const ProgramEnd end = run_program({"explore", "--strategy", "futex_mutex", "--scenario", "contended_counter", "--param",
                                      "operations=1", "--param", "participants=2", "--budget", "2m"});
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
  EXPECT_NE(end.out.find("exhausted"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("1 exhausted"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("without load buffering"), std::string::npos) << end.out;
  EXPECT_EQ(end.out.find("passed"), std::string::npos) << end.out;
  expect_nothing_left(end);
}

TEST_F(Explore, FindsWhatRestsOnAFenceAndReplaysIt) {
  const ProgramEnd end = run_program(
      {"explore", "--strategy", "broken_seqlock_unfenced_reader", "--scenario", "latest_value", "--budget", "2m", "--json"});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  const json cases = json::parse(end.out).at("cases");
  ASSERT_GE(cases.size(), 1U);
  EXPECT_EQ(cases[0].at("verdict"), "violated");
  EXPECT_FALSE(cases[0].at("trace").empty());
  std::string token = cases[0].at("replay");
  token = token.substr(token.rfind(' ') + 1);

  const ProgramEnd again = run_program({"replay", token, "--times", "100", "--json"});
  EXPECT_EQ(again.exit_code, 1) << again.err;
  const json replay = json::parse(again.out);
  EXPECT_EQ(replay.at("reproduced"), 100);
  EXPECT_EQ(replay.at("identical"), 100);
  EXPECT_EQ(replay.at("why"), cases[0].at("why"));

  const ProgramEnd table = run_program({"replay", token});
  EXPECT_NE(table.out.find("STALE"), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("broken_seqlock.hpp:"), std::string::npos) << table.out;
}

TEST_F(Explore, ABudgetThatIsTooShortIsInconclusive) {
  const ProgramEnd end =
      run_program({"explore", "--strategy", "bounded_buffer<futex_mutex>", "--scenario", "mpmc_stream", "--budget", "1ms"});
  EXPECT_EQ(end.exit_code, 3) << end.out << end.err;
  EXPECT_NE(end.out.find("time used up"), std::string::npos) << end.out;
}

/// A file for the output of a shard, gone with the test.
class ExploreShards : public Explore {
 protected:
  static std::filesystem::path file(const std::string& name) {
    return std::filesystem::path(::testing::TempDir()) / ("explore_test_" + std::to_string(getpid()) + "_" + name);
  }
  void TearDown() override {
    for (const auto& path : files_) { std::filesystem::remove(path); }
  }
  std::string keep(const std::string& name, const std::string& text) {
    files_.push_back(file(name));
    std::ofstream(files_.back()) << text;
    return files_.back().string();
  }
  static ProgramEnd shard(const std::string& which, const std::string& strategy) {
    return run_program({"explore", "--strategy", strategy, "--scenario", "quiet_handover", "--param", "participants=2", "--shard",
                        which, "--budget", "2m", "--json"});
  }

 private:
  std::vector<std::filesystem::path> files_;
};

TEST_F(ExploreShards, SeeTogetherWhatOneSees) {
  const ProgramEnd one = shard("1/2", "unnamed_semaphore");
  const ProgramEnd other = shard("2/2", "unnamed_semaphore");
  ASSERT_EQ(one.exit_code, 0) << one.out << one.err;
  const std::string first = keep("1.json", one.out);
  const std::string second = keep("2.json", other.out);
  const ProgramEnd both = run_program({"explore", "--merge", first, "--merge", second, "--json"});
  EXPECT_EQ(both.exit_code, 0) << both.err;
  const json merged = json::parse(both.out).at("cases").at(0);
  EXPECT_TRUE(merged.at("exhausted"));
  EXPECT_EQ(merged.at("shards").at("seen"), json({0, 1}));
  EXPECT_EQ(merged.at("executions"), json::parse(one.out).at("cases").at(0).at("executions").get<int>() +
                                         json::parse(other.out).at("cases").at(0).at("executions").get<int>());

  const ProgramEnd half = run_program({"explore", "--merge", first});
  EXPECT_EQ(half.exit_code, 3) << half.out;
  EXPECT_NE(half.out.find("1 of 2 shards are missing"), std::string::npos) << half.out;

  const ProgramEnd twice = run_program({"explore", "--merge", first, "--merge", first});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_NE(twice.err.find("this shard is there already"), std::string::npos) << twice.err;
}

TEST_F(ExploreShards, AFindingOfOneIsAFindingOfAll) {
  std::vector<std::string> merge{"explore", "--json"};
  for (const std::string which : {"1/2", "2/2"}) {
    const ProgramEnd end = run_program(
        {"explore", "--strategy", "broken_seqlock_unfenced_reader", "--scenario", "latest_value", "--shard", which, "--json"});
    merge.emplace_back("--merge");
    merge.push_back(keep(which.substr(0, 1) + ".json", end.out));
  }
  const ProgramEnd both = run_program(merge);
  EXPECT_EQ(both.exit_code, 1) << both.err;
  EXPECT_FALSE(json::parse(both.out).at("cases").at(0).at("trace").empty());
}

TEST_F(ExploreShards, WhatIsNoExplorationIsRefused) {
  for (const char* text : {"", "{}", "[1]", R"({"cases":[{}],"left_out":[],"seconds":1})"}) {
    const ProgramEnd end = run_program({"explore", "--merge", keep("junk.json", text)});
    EXPECT_EQ(end.exit_code, 2) << text;
    EXPECT_NE(end.err.find("expected what 'shmlab explore --json' prints"), std::string::npos) << end.err;
  }
}

TEST_F(ExploreShards, AFindingIsWrittenAsAPage) {
  const std::string page = keep("page.html", "");
  const ProgramEnd end = run_program({"explore", "--strategy", "broken_seqlock_unfenced_reader", "--scenario", "latest_value",
                                      "--budget", "2m", "--html", page});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  std::ifstream file(page);
  const std::string html{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(html.starts_with("<!doctype html>"));
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("<tr class=\"stale\">"), std::string::npos);
  EXPECT_NE(html.find("broken_seqlock.hpp:"), std::string::npos);
  EXPECT_NE(html.find("shmlab replay"), std::string::npos);
}

TEST_F(Explore, GeneratesProgramsAndSimplifiesWhatTheyShow) {
  const ProgramEnd end = run_program({"explore", "--strategy", "broken_spsc_ring_early_publish", "--scenario", "stream",
                                      "--generate", "3", "--budget", "60s", "--json"});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  const json cases = json::parse(end.out).at("cases");
  std::size_t generated = 0;
  for (const json& each : cases) {
    if (!each.at("generated").get<bool>()) { continue; }
    ++generated;
    EXPECT_EQ(each.at("verdict"), "violated");
    const auto params = each.at("params").get<std::string>();
    EXPECT_NE(params.find("operations=1"), std::string::npos) << params;
  }
  EXPECT_EQ(generated, 3U);
}

/// Beside a lock that nobody inherits, whoever is left may wait for ever, and that is what its contract says.
TEST_F(Explore, DeathsAreHeldAgainstTheContract) {
  const ProgramEnd end = run_program({"explore", "--strategy", "futex_mutex", "--scenario", "survivors", "--param",
                                      "participants=3", "--preemptions", "1", "--budget", "5s", "--json"});
  const json cases = json::parse(end.out).at("cases");
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases[0].at("bounds").at("deaths"), 1);
  EXPECT_EQ(cases[0].at("verdict"), "ok") << cases[0].at("why");
}

TEST_F(Explore, NamesWhatItLeavesOut) {
  const std::vector<std::string> arguments{"explore", "--strategy", "*named_semaphore", "--scenario", "uncontended"};
  const ProgramEnd text = run_program(arguments);
  EXPECT_NE(text.out.find("pairs that do not fit: 1"), std::string::npos) << text.out << text.err;
  std::vector<std::string> with_json = arguments;
  with_json.emplace_back("--json");
  const json left_out = json::parse(run_program(with_json).out).at("left_out");
  ASSERT_EQ(left_out.size(), 1U);
  EXPECT_EQ(left_out[0].at("strategy"), "named_semaphore");
  EXPECT_NE(left_out[0].at("reason").get<std::string>().find("opened by a name"), std::string::npos);
}

}  // namespace
}  // namespace shmlab::cli
