#include "cli/check_report.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "catalogue/catalogue.hpp"
#include "run/result.hpp"

namespace shmlab::cli {
namespace {

using run::Lane;
using run::PropertyFinding;
using run::PropertyReport;

PropertyReport pair(std::string_view strategy) {
  PropertyReport report;
  report.strategy = &catalogue::strategy(strategy);
  report.scenario = &catalogue::scenario("contended_counter");
  report.seed = 7;
  report.lanes = {
      {.lane = Lane::forked, .runs = 98, .time = std::chrono::milliseconds{500}, .left_out = {}},
      {.lane = Lane::processes, .runs = 2, .time = std::chrono::milliseconds{20}, .left_out = {"anonymous: fork only"}}};
  return report;
}

PropertyFinding finding(Judgement judgement) {
  PropertyFinding found;
  found.verdict = {judgement, "worker 1: the sum is 9", {}};
  found.detector = run::detector::invariant;
  found.values = {2, 10, 0, 3};
  found.token = "a/token";
  found.run = 98;
  found.reruns = 100;
  found.reproduced = 12;
  return found;
}

TEST(CheckReport, AFindingWinsOverDoubt) {
  CheckReport report;
  report.pairs = {pair("futex_mutex")};
  EXPECT_EQ(exit_code_of(report), ExitCode::ok);
  report.pairs.push_back(pair("pthread_mutex"));
  report.pairs.back().shortfall = "the budget ended after 3 of 20 runs";
  EXPECT_EQ(exit_code_of(report), ExitCode::inconclusive);
  report.pairs.push_back(pair("unsynchronised"));
  report.pairs.back().violation = finding(Judgement::violated);
  EXPECT_EQ(exit_code_of(report), ExitCode::finding);
}

TEST(CheckReport, DoubtIsInconclusive) {
  CheckReport report;
  report.pairs = {pair("futex_mutex")};
  report.pairs[0].doubt = finding(Judgement::unknown);
  EXPECT_EQ(exit_code_of(report), ExitCode::inconclusive);
}

TEST(CheckReport, JsonHasACaseForEachLane) {
  CheckReport report;
  report.pairs = {pair("unsynchronised")};
  report.pairs[0].violation = finding(Judgement::violated);
  const nlohmann::json cases = check_json(report).at("cases");
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0], (nlohmann::json{{"strategy", "unsynchronised"},
                                      {"scenario", "contended_counter"},
                                      {"lane", "forked"},
                                      {"verdict", "violated"},
                                      {"detector", "invariant"},
                                      {"runs", 98},
                                      {"seconds", 0.5},
                                      {"why", "worker 1: the sum is 9"},
                                      {"replay", replay_line(finding(Judgement::violated))}}));
  EXPECT_EQ(cases[1].at("verdict"), "ok");
  EXPECT_EQ(cases[1].at("replay"), "");
  EXPECT_EQ(cases[1].at("why"), "not with anonymous: fork only");
}

/// What the detector's row of the only strategy says.
nlohmann::json row_of(const CheckReport& report, std::string_view detector) {
  const nlohmann::json strategies = check_json(report).at("strategies");
  EXPECT_EQ(strategies.size(), 1U);
  for (const nlohmann::json& row : strategies.at(0).at("detectors")) {
    if (row.at("detector") == detector) { return row; }
  }
  return {};
}

TEST(CheckReport, ADetectorIsCountedWhereItWatched) {
  CheckReport report;
  report.pairs = {pair("unsynchronised"), pair("unsynchronised")};
  report.pairs[1].scenario = &catalogue::scenario("recorded_lock");
  report.pairs[1].lanes.push_back({.lane = Lane::scheduled, .runs = 7, .left_out = {}});
  report.pairs[1].violation = finding(Judgement::violated);
  EXPECT_EQ(check_json(report).at("strategies").at(0).at("verdict"), "violated");
  EXPECT_EQ(row_of(report, run::detector::invariant),
            (nlohmann::json{{"detector", "invariant"}, {"runs", 200}, {"verdict", "violated"}}));
  EXPECT_EQ(row_of(report, run::detector::hang_watch),
            (nlohmann::json{{"detector", "hang_watch"}, {"runs", 200}, {"verdict", "ok"}}));
  EXPECT_EQ(row_of(report, run::detector::history), (nlohmann::json{{"detector", "history"}, {"runs", 100}, {"verdict", "ok"}}));
  EXPECT_EQ(row_of(report, run::detector::schedules),
            (nlohmann::json{{"detector", "schedules"}, {"runs", 7}, {"verdict", "ok"}}));
  EXPECT_EQ(row_of(report, run::detector::tsan), (nlohmann::json{{"detector", "tsan"}, {"runs", 0}}));
}

TEST(CheckReport, TheTableOfDetectorsComesFirst) {
  CheckReport report;
  report.pairs = {pair("futex_mutex")};
  report.pairs[0].doubt = finding(Judgement::unknown);
  report.pairs[0].shortfall = "the budget ended after 3 of 20 runs";
  report.misfits = {{"seqlock", "contended_counter", "needs exclusive, has snapshot"}};
  const std::string text = check_text(report, {}, false);
  EXPECT_NE(text.find("the budget ended after 3 of 20 runs: contended_counter/futex_mutex"), std::string::npos) << text;
  EXPECT_NE(text.find("pairs that do not fit: 1 ("), std::string::npos) << text;
  EXPECT_EQ(text.find("strategy"), 0U) << text;
  EXPECT_NE(text.find("futex_mutex  unknown  unknown    ok 100"), std::string::npos) << text;
  EXPECT_EQ(text.find("98 forked, 2 processes"), std::string::npos) << text;
}

TEST(CheckReport, APairThatNeverRanIsOneCase) {
  CheckReport report;
  report.pairs = {pair("futex_mutex")};
  for (run::LaneReport& lane : report.pairs[0].lanes) { lane.runs = 0; }
  report.pairs[0].shortfall = "the budget ended after 0 of 20 runs";
  const nlohmann::json cases = check_json(report).at("cases");
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases[0].at("verdict"), "unknown");
  EXPECT_EQ(cases[0].at("why"), "the budget ended after 0 of 20 runs");
}

TEST(CheckReport, TheReplayLineIsWholeAndQuoted) {
  PropertyFinding found = finding(Judgement::violated);
  EXPECT_EQ(replay_line(found), "shmlab replay a/token");
  found.token = "of/locked_snapshot<futex_mutex>";
  EXPECT_EQ(replay_line(found), "shmlab replay 'of/locked_snapshot<futex_mutex>'");
}

TEST(CheckReport, TextTellsTheFindingAndWhatWasLeftOut) {
  CheckReport report;
  report.seed = 7;
  report.pairs = {pair("unsynchronised")};
  report.pairs[0].violation = finding(Judgement::violated);
  report.misfits = {{"seqlock", "contended_counter", "needs exclusive, has snapshot"}};
  const std::string text = check_text(report, {}, true);
  for (const char* expected :
       {"98 forked, 2 processes", "worker 1: the sum is 9", "invariant", "participants=2,operations=10", "forked, region memfd",
        "run 98 of seed 7", "12 of 100 more runs", "shmlab replay a/token",
        "contended_counter needs exclusive, has snapshot: seqlock", "lane processes without anonymous: fork only",
        "runs 100, pairs 1", "0 ok, 1 violated, 0 unknown"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << "'" << expected << "' is not in:\n" << text;
  }
}

}  // namespace
}  // namespace shmlab::cli
