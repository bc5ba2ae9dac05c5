#include <fmt/core.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "check/history.hpp"
#include "check/linearizability.hpp"
#include "check/testing/brute_force.hpp"
#include "check/testing/small_history.hpp"

/// check_history against an oracle that tries every order of a small history.
namespace shmlab::check {
namespace {

using testing::BruteForce;
using Bytes = std::vector<std::uint8_t>;

constexpr HistoryModel models[] = {HistoryModel::mutex, HistoryModel::shared_mutex, HistoryModel::semaphore,
                                   HistoryModel::snapshot, HistoryModel::queue};

std::string text_of(std::span<const Event> events) {
  HistoryVerdict all;
  all.window.assign(events.begin(), events.end());
  return window_text(all);
}

bool is_violated(HistoryModel model, std::span<const Event> events, const HistoryLimits& limits) {
  return check_history(model, events, limits).judgement == Judgement::violated;
}

bool has_no_capacity(const HistoryLimits& limits) {
  return limits.capacity == 0 && limits.least_capacity == 0;
}

/// Whether the patterns of a queue are promised to be complete here.
bool is_decided(HistoryModel model, std::span<const Event> events, const HistoryLimits& limits) {
  if (model != HistoryModel::queue) { return true; }
  const auto has = [&](auto&& test) { return std::any_of(events.begin(), events.end(), test); };
  const bool pending_receive = has([](const Event& event) { return event.action == Action::receive && event.is_pending(); });
  const bool found_empty = has([](const Event& event) { return event.action == Action::receive && is_refused(event); });
  return has_no_capacity(limits) && !(pending_receive && found_empty);
}

/// "" when the checker says what the oracle says; otherwise both, and the history.
std::string disagreement(HistoryModel model, std::span<const Event> events, const HistoryLimits& limits) {
  const HistoryVerdict verdict = check_history(model, events, limits);
  const bool by_program = BruteForce(model, events, limits, true).allows();
  const bool by_stamps = BruteForce(model, events, limits, false).allows();
  const bool violated = verdict.judgement == Judgement::violated;
  const bool exact = !testing::is_ambiguous(events);
  bool agrees = verdict.judgement != Judgement::unknown && !(violated && by_program);
  if (is_decided(model, events, limits)) { agrees = agrees && (violated || (exact ? by_program : by_stamps)); }
  if (agrees) { return {}; }
  return fmt::format("{}, permits {}, capacity {} to {}: {} ({}), oracle {}, by stamps alone {}\n{}", to_string(model),
                     limits.permits, limits.least_capacity, limits.capacity, to_string(verdict.judgement), verdict.why,
                     by_program, by_stamps, text_of(events));
}

bool carries_value(const Event& event) {
  return !is_refused(event) && !(event.is_pending() && (event.action == Action::receive || event.action == Action::read));
}

/// What has to be left out together with the operation `index`: see HistoryVerdict::window.
std::vector<Event> without(HistoryModel model, const std::vector<Event>& events, std::size_t index) {
  const Event& gone = events[index];
  const bool is_release = gone.action == Action::unlock || gone.action == Action::unlock_shared;
  std::vector<Event> rest;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& other = events[i];
    bool goes = i == index;
    const bool same_value = carries_value(gone) && carries_value(other) && other.value == gone.value;
    goes = goes || ((model == HistoryModel::queue || gone.action == Action::publish) && same_value);
    goes = goes || (other.participant == gone.participant && i > index && releases(other.action, gone.action));
    goes = goes || (is_release && other.participant == gone.participant && i < index && releases(gone.action, other.action));
    if (!goes) { rest.push_back(other); }
  }
  return rest;
}

/// Whether it is promised for a queue (check_queue).
bool has_minimal_window(std::span<const Event> events, const HistoryLimits& limits) {
  return has_no_capacity(limits) && !testing::is_ambiguous(events) &&
         std::none_of(events.begin(), events.end(),
                      [](const Event& event) { return event.action == Action::receive && event.is_pending(); });
}

/// "" when the window is a contradiction that is part of the history, and minimal where that is promised.
std::string window_fault(HistoryModel model, std::span<const Event> events, const HistoryLimits& limits) {
  const HistoryVerdict verdict = check_history(model, events, limits);
  if (!is_violated(model, verdict.window, limits)) {
    return "the window alone is not violated:\n" + window_text(verdict) + text_of(events);
  }
  if (BruteForce(model, verdict.window, limits, true).allows()) {
    return "the oracle allows the window:\n" + window_text(verdict);
  }
  for (const Event& event : verdict.window) {
    const bool is_there = std::any_of(events.begin(), events.end(), [&](const Event& other) {
      return other.start == event.start && (other.end == event.end || event.is_pending()) &&
             other.participant == event.participant && other.action == event.action && other.value == event.value &&
             other.succeeded == event.succeeded;
    });
    if (!is_there) { return "the window is not of the history:\n" + window_text(verdict) + text_of(events); }
  }
  if (model == HistoryModel::queue && !has_minimal_window(events, limits)) { return {}; }
  for (std::size_t i = 0; i < verdict.window.size(); ++i) {
    if (is_violated(model, without(model, verdict.window, i), limits)) {
      return fmt::format("the window is violated also without its operation {}:\n{}{}", i, window_text(verdict), text_of(events));
    }
  }
  return {};
}

/// Small histories of both kinds, from one seed.
std::vector<Event> history_of(HistoryModel model, std::uint64_t seed, const HistoryLimits& limits) {
  std::mt19937_64 random(seed);
  Bytes bytes(seed % 2 == 0 ? 21 : 6);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random()); });
  if (seed % 2 == 0) { return testing::small_history(model, bytes, 7); }
  HistoryPlan plan{.model = model,
                   .operations = 3 + random() % 4,
                   .participants = 3,
                   .seed = random(),
                   .limits = limits,
                   .values = 2,
                   .leaves_pending = random() % 2 == 0};
  auto events = testing::mutated_history(plan, bytes);
  events.resize(std::min<std::size_t>(events.size(), 7));
  return events;
}

class HistoryOracle : public ::testing::TestWithParam<HistoryModel> {};

TEST_P(HistoryOracle, AgreesOnThousandsOfSmallHistories) {
  const HistoryModel model = GetParam();
  int allowed = 0;
  int violated = 0;
  for (std::uint64_t seed = 0; seed < 12'000; ++seed) {
    const std::uint64_t kind = seed / 2 % 3;
    const HistoryLimits limits{
        .permits = kind, .capacity = kind == 2 ? 1U + seed % 2U : 0U, .least_capacity = kind != 0 ? 1U + seed % 2U : 0U};
    const auto events = history_of(model, seed, limits);
    if (testing::is_malformed(events)) {
      EXPECT_EQ(check_history(model, events, limits).judgement, Judgement::unknown) << text_of(events);
      continue;
    }
    ASSERT_EQ(disagreement(model, events, limits), "") << "seed " << seed;
    if (is_violated(model, events, limits)) {
      ++violated;
      ASSERT_EQ(window_fault(model, events, limits), "") << "seed " << seed;
    } else {
      ++allowed;
    }
  }
  EXPECT_GT(allowed, 1000);
  EXPECT_GT(violated, 1000);
}

INSTANTIATE_TEST_SUITE_P(All, HistoryOracle, ::testing::ValuesIn(models),
                         [](const auto& test) { return std::string(to_string(test.param)); });

RC_GTEST_PROP(HistoryOracleProperty, AgreesOnAnySmallHistory, (const Bytes& bytes)) {
  const HistoryLimits limits{.permits = bytes.size() % 2, .capacity = bytes.size() % 3, .least_capacity = bytes.size() % 3};
  for (const HistoryModel model : models) {
    const auto events = testing::small_history(model, bytes, 7);
    if (!testing::is_malformed(events)) { RC_ASSERT(disagreement(model, events, limits).empty()); }
  }
}

}  // namespace
}  // namespace shmlab::check
