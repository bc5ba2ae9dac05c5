#include "check/history_throughput.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace shmlab::check {
namespace {

constexpr HistoryModel models[] = {HistoryModel::mutex, HistoryModel::shared_mutex, HistoryModel::semaphore,
                                   HistoryModel::snapshot, HistoryModel::queue};

RC_GTEST_PROP(PlausibleHistory, IsAllowed, (std::uint64_t seed)) {
  for (const HistoryModel model : models) {
    const auto capacity = *rc::gen::inRange<std::uint64_t>(0, 4);
    HistoryPlan plan{
        .model = model,
        .operations = *rc::gen::inRange<std::uint64_t>(0, 400),
        .participants = *rc::gen::inRange<std::uint32_t>(1, 7),
        .seed = seed,
        .limits = {.permits = *rc::gen::inRange<std::uint64_t>(0, 4), .capacity = capacity, .least_capacity = capacity},
        .values = *rc::gen::inRange<std::uint64_t>(0, 4),
        .leaves_pending = *rc::gen::arbitrary<bool>()};
    const HistoryVerdict verdict = check_history(model, plausible_history(plan), plan.limits);
    RC_LOG() << to_string(model) << ": " << verdict.why << '\n' << window_text(verdict);
    RC_ASSERT(verdict.judgement == Judgement::ok);
  }
}

TEST(PlausibleHistory, HasTheOperationsOfItsPlanAndOverlaps) {
  for (const HistoryModel model : models) {
    const HistoryPlan plan{.model = model, .operations = 1000, .participants = 3, .seed = 1, .limits = {.permits = 1}};
    const auto events = plausible_history(plan);
    EXPECT_GE(events.size(), 1000U);
    EXPECT_LE(events.size(), 1006U);
    int overlapping = 0;
    for (std::size_t i = 1; i < events.size(); ++i) { overlapping += events[i].start < events[i - 1].end ? 1 : 0; }
    EXPECT_GT(overlapping, 200) << to_string(model);
  }
}

TEST(PlausibleHistory, TheSamePlanGivesTheSameHistory) {
  HistoryPlan plan{.model = HistoryModel::queue, .operations = 100, .participants = 4, .seed = 9};
  const auto stamps = [](const HistoryPlan& of) {
    std::vector<std::uint64_t> all;
    for (const Event& event : plausible_history(of)) { all.insert(all.end(), {event.start, event.end, event.value}); }
    return all;
  };
  const auto first = stamps(plan);
  EXPECT_EQ(first, stamps(plan));
  plan.seed = 10;
  EXPECT_NE(first, stamps(plan));
}

TEST(PlausibleHistory, QueuesAnswerFullAndEmpty) {
  const auto events = plausible_history(
      {.model = HistoryModel::queue, .operations = 500, .participants = 3, .seed = 2, .limits = {.capacity = 2}});
  const auto refused = [&](Action action) {
    return std::count_if(events.begin(), events.end(),
                         [&](const Event& event) { return event.action == action && !event.succeeded; });
  };
  EXPECT_GT(refused(Action::send), 0);
  EXPECT_GT(refused(Action::receive), 0);
}

TEST(HistoryThroughput, CountsOnlyHistoriesThatAreAllowed) {
  for (const HistoryModel model : models) {
    const HistoryPlan plan{.model = model, .operations = 2000, .participants = 4, .seed = 3};
    EXPECT_GT(history_throughput(model, plausible_history(plan), plan.limits, 2), 0.0) << to_string(model);
  }
  const std::vector<Event> wrong{{.start = 1, .end = 2, .value = 5, .participant = 0, .action = Action::receive}};
  EXPECT_EQ(history_throughput(HistoryModel::queue, wrong, {}, 1), 0.0);
}

}  // namespace
}  // namespace shmlab::check
