#include "fault/turns.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "env/traced_env.hpp"

namespace shmlab::fault {
namespace {

using Env = env::TracedEnv;
using Word = Env::Atomic<std::uint32_t>;
constexpr auto relaxed = std::memory_order_relaxed;  // whose turn it is has seen everything

/// Bodies that take turns as threads of this process.
class TurnsTest : public ::testing::Test {
 protected:
  /// Runs the bodies once; afterwards `order_` tells who passed mark().
  RoundEnd run(const std::vector<std::function<void()>>& bodies, const Schedule& schedule = {}) {
    table_.participants = static_cast<std::uint32_t>(bodies.size());
    table_.planned = static_cast<std::uint32_t>(schedule.size());
    std::copy(schedule.begin(), schedule.end(), table_.plan.begin());
    table_.turn.store(TurnTable::conductor, relaxed);  // the threads that see it are yet to be started
    table_.reset();
    order_.clear();
    {
      std::vector<std::jthread> others;
      for (std::uint32_t i = 1; i < bodies.size(); ++i) {
        others.emplace_back([&, i] {
          Turns turns(table_, trace_, this, i);
          while (turns.await_start()) { take_part(turns, bodies[i]); }
        });
      }
      Turns turns(table_, trace_, this, 0);
      start_run(table_);
      EXPECT_TRUE(turns.await_start());
      take_part(turns, bodies[0]);
      await_end_of_run(table_);
      dismiss(table_);
    }
    return table_.end;
  }
  /// One access, after which the participant is noted.
  void mark(char who) {
    word_.store(0, relaxed);
    order_ += who;
  }

  TurnTable table_{.most_steps = 100'000};
  std::vector<TraceEntry> trace_ = std::vector<TraceEntry>(100);
  Word word_{0};
  std::string order_;

 private:
  static void take_part(Turns& turns, const std::function<void()>& body) {
    const env::Traced traced(turns);
    try {
      body();
      turns.finish();
    } catch (const RunIsOver&) {}  // the table says why
  }
};

TEST_F(TurnsTest, GoOneAfterTheOtherWithoutPreemptions) {
  const auto thrice = [this](char who) {
    return [this, who] {
      for (int i = 0; i < 3; ++i) { mark(who); }
    };
  };
  EXPECT_EQ(run({thrice('a'), thrice('b'), thrice('c')}), RoundEnd::finished);
  EXPECT_EQ(order_, "aaabbbccc");
  EXPECT_EQ(table_.steps, 9U);
}

TEST_F(TurnsTest, ArePreemptedJustBeforeTheAccessOfThatNumber) {
  const auto thrice = [this](char who) {
    return [this, who] {
      for (int i = 0; i < 3; ++i) { mark(who); }
    };
  };
  EXPECT_EQ(run({thrice('a'), thrice('b')}, {{.step = 2, .to = 1}}), RoundEnd::finished);
  EXPECT_EQ(order_, "abbbaa");
  EXPECT_EQ(run({thrice('a'), thrice('b')}, {{.step = 3, .to = 1}, {.step = 5, .to = after_me + 1}}), RoundEnd::finished);
  EXPECT_EQ(order_, "aababb");
  EXPECT_EQ(table_.taken, 2U);
  EXPECT_EQ(table_.log[0], (Preemption{.step = 3, .to = 1}));
  EXPECT_EQ(table_.log[1], (Preemption{.step = 5, .to = 0}));
}

TEST_F(TurnsTest, PollersGiveTheTurnAway) {
  const auto wait_for_it = [this] {
    while (word_.load(relaxed) == 0) { Env::pause(); }
    order_ += 'w';
  };
  const auto do_it = [this] {
    order_ += 'd';
    word_.store(1, relaxed);
  };
  EXPECT_EQ(run({wait_for_it, do_it}), RoundEnd::finished);
  EXPECT_EQ(order_, "dw");
}

TEST_F(TurnsTest, NobodyKeepsTheTurnForEver) {
  const auto read_on = [this] {
    while (word_.load(relaxed) == 0) {}
    order_ += 'r';
  };
  const auto write = [this] {
    order_ += 'w';
    word_.store(1, relaxed);
  };
  EXPECT_EQ(run({read_on, write}), RoundEnd::finished);
  EXPECT_EQ(order_, "wr");
}

TEST_F(TurnsTest, SleepersAreWokenByTheirWord) {
  Word other{0};
  const auto sleep = [this] {
    while (word_.load(relaxed) == 0) { Env::futex_wait(word_, 0); }
    order_ += 's';
  };
  const auto wake = [&] {
    Env::futex_wake(other, 1);
    word_.store(1, relaxed);
    order_ += 'w';
    Env::futex_wake(word_, 1);
  };
  EXPECT_EQ(run({sleep, wake}), RoundEnd::finished);
  EXPECT_EQ(order_, "ws");
}

TEST_F(TurnsTest, SleepersWhomNobodyWakesEndTheRun) {
  const auto sleep = [this] {
    while (word_.load(relaxed) == 0) { Env::futex_wait(word_, 0); }
  };
  const auto forget = [this] { word_.store(1, relaxed); };
  EXPECT_EQ(run({sleep, forget}), RoundEnd::asleep);
  EXPECT_EQ(table_.seats[0].state, SeatState::asleep);
  EXPECT_EQ(table_.seats[0].operation, env::Operation::futex_wait);
  EXPECT_EQ(table_.seats[1].state, SeatState::finished);
}

TEST_F(TurnsTest, AWakeForOneProcessIsNotHeardInAnother) {
  const auto sleep = [this] {
    while (word_.load(relaxed) == 0) { Env::futex_wait(word_, 0, shm::FutexScope::process_private); }
  };
  const auto wake = [this] {
    word_.store(1, relaxed);
    Env::futex_wake(word_, 1, shm::FutexScope::process_private);
  };
  EXPECT_EQ(run({sleep, wake}), RoundEnd::asleep);
}

TEST_F(TurnsTest, PollingInVainEndsTheRun) {
  const auto poll = [this] {
    while (word_.load(relaxed) == 0) { Env::yield(); }
  };
  EXPECT_EQ(run({poll, poll}), RoundEnd::polling);
}

TEST_F(TurnsTest, ARunThatIsTooLongEnds) {
  table_.most_steps = 50;
  const auto for_ever = [this] {
    for (std::uint32_t i = 0;; ++i) { word_.store(i, relaxed); }
  };
  EXPECT_EQ(run({for_ever, [] {}}), RoundEnd::too_long);
  EXPECT_EQ(table_.steps, 51U);
}

TEST_F(TurnsTest, AreTraced) {
  const auto add = [this] { word_.fetch_add(2, std::memory_order_acq_rel); };
  EXPECT_EQ(run({add, add}), RoundEnd::finished);
  ASSERT_EQ(table_.traced, 2U);
  for (std::uint32_t i = 0; i < 2; ++i) {
    EXPECT_EQ(trace_[i].participant, i);
    EXPECT_EQ(trace_[i].operation, env::Operation::fetch_add);
    EXPECT_EQ(trace_[i].order, std::memory_order_acq_rel);
    EXPECT_EQ(trace_[i].value, 2U * i);
    EXPECT_EQ(trace_[i].bytes, sizeof word_);
    EXPECT_NE(std::string(trace_[i].file).find("turns_test.cpp"), std::string::npos);
  }
}

/// The same random walk from the same state of the generator, and the log of a walk is a schedule that does the same.
TEST_F(TurnsTest, RandomWalksRepeatAndCanBeReplayed) {
  const auto five = [this](char who) {
    return [this, who] {
      for (int i = 0; i < 5; ++i) { mark(who); }
    };
  };
  const auto walk = [&](std::uint64_t seed) {
    table_.random = seed;
    table_.switch_probability = 0x8000'0000;
    EXPECT_EQ(run({five('a'), five('b'), five('c')}), RoundEnd::finished);
    table_.switch_probability = 0;
    return order_;
  };
  bool any_differs = false;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::string walked = walk(seed);
    EXPECT_EQ(walk(seed), walked);
    any_differs = any_differs || walked != walk(seed + 100);
    walk(seed);
    const Schedule schedule(table_.log.begin(), table_.log.begin() + table_.taken);
    EXPECT_EQ(run({five('a'), five('b'), five('c')}, schedule), RoundEnd::finished);
    EXPECT_EQ(order_, walked);
  }
  EXPECT_TRUE(any_differs);
}

}  // namespace
}  // namespace shmlab::fault
