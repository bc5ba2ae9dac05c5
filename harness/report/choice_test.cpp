#include "report/choice.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace shmlab::report {
namespace {

CaseRow row(const std::string& strategy, double p99_ns, double cpu_ns) {
  CaseRow row;
  row.strategy = row.label = row.name = strategy;
  row.kind = "own";
  row.median_ns = p99_ns / 2;
  row.cpu_ns = cpu_ns;
  row.latencies = {{.timed = "round_trip", .count = 100, .p99_ns = p99_ns}};
  return row;
}

Deaths deaths(const std::string& strategy, DeathClass met) {
  return {strategy, {{"holder", {{"waiter", met}}}}};
}

Job job_of(std::vector<CaseRow> rows) {
  return {"ping_pong", "ping_pong", "2 participants", std::move(rows)};
}

std::vector<std::string> best_of(const Choice& choice) {
  std::vector<std::string> names;
  for (const Candidate& each : choice.candidates) {
    if (each.is_best) { names.push_back(each.row.strategy); }
  }
  return names;
}

TEST(Choice, KeepsThoseThatNobodyBeats) {
  const Job job = job_of({row("fast", 100, 300), row("cheap", 200, 100), row("beaten", 250, 150), row("robust", 400, 500)});
  const std::vector<Deaths> known{deaths("fast", DeathClass::blocks), deaths("cheap", DeathClass::blocks),
                                  deaths("beaten", DeathClass::blocks), deaths("robust", DeathClass::recovers)};
  const Choice choice = choice_for(job, 0, known);
  EXPECT_EQ(best_of(choice), (std::vector<std::string>{"fast", "cheap", "robust"}));
  EXPECT_EQ(choice.candidates[0].reason, "lowest p99");
  EXPECT_EQ(choice.advice(),
            "ping_pong: fast (p99 100 ns, 300 ns of CPU time an operation; when a participant dies: others block); for the least "
            "CPU time cheap (100 ns); where a "
            "death must not stop the others robust (p99 400 ns).");
}

TEST(Choice, NeverTakesControlsOtherRunsOrWhatWasMeasuredFarAway) {
  std::vector<CaseRow> rows{row("control", 1, 1), row("far", 1, 1), row("other_run", 1, 1), row("unmeasured", not_measured, 1),
                            row("left", 100, 100)};
  rows[0].kind = "control";
  rows[1].all_far = true;
  rows[2].run = 1;
  const Job job = job_of(rows);
  EXPECT_EQ(best_of(choice_for(job, 0, {})), std::vector<std::string>{"left"});
}

TEST(Choice, TakesTheMedianWhereNothingWasTimed) {
  CaseRow one = row("one", 100, 10);
  one.latencies.clear();
  const Job job = job_of({one});
  const Choice choice = choice_for(job, 0, {});
  EXPECT_FALSE(choice.by_p99);
  EXPECT_EQ(choice.fastest()->latency_ns, 50);
  EXPECT_EQ(choice.most_robust(), nullptr) << "no death was tried";
}

TEST(Choice, TakesNoCpuTimeForUnknown) {
  const Job job = job_of({row("coarse", 100, 0), row("known", 100, 50)});
  EXPECT_EQ(choice_for(job, 0, {}).cheapest()->row.strategy, "known");
}

TEST(Choice, OfNothingSaysSo) {
  const Job job = job_of({});
  EXPECT_EQ(choice_for(job, 0, {}).fastest(), nullptr);
  EXPECT_EQ(choice_for(job, 0, {}).advice(), "ping_pong: nothing to choose from.");
}

}  // namespace
}  // namespace shmlab::report
