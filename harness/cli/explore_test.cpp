#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "cli/testing/program_run.hpp"

/// `shmlab explore`, and `shmlab replay` of what it finds.
namespace shmlab::cli {
namespace {

using nlohmann::json;
using testing::expect_nothing_left;
using testing::ProgramEnd;
using testing::run_program;

class Explore : public ::testing::Test {
 protected:
  void SetUp() override {
    if (catalogue::strategy("futex_mutex").traced_cases.empty()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  }
};

TEST_F(Explore, ExhaustsACorrectStrategyAndSaysOfWhat) {
  const ProgramEnd end = run_program(
      {"explore", "--strategy", "futex_mutex", "--scenario", "contended_counter", "--param", "operations=1", "--budget", "2m"});
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
  EXPECT_NE(end.out.find("exhausted"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("1 exhausted"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("without load buffering and without deaths"), std::string::npos) << end.out;
  EXPECT_EQ(end.out.find("passed"), std::string::npos) << end.out;
  expect_nothing_left(end);
}

TEST_F(Explore, FindsWhatRestsOnAFenceAndReplaysIt) {
  const ProgramEnd end = run_program(
      {"explore", "--strategy", "broken_seqlock_unfenced_reader", "--scenario", "latest_value", "--budget", "2m", "--json"});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  const json cases = json::parse(end.out).at("cases");
  ASSERT_EQ(cases.size(), 1U);
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
