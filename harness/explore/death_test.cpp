#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include "env/model.hpp"
#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/small_programs.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/pthread_mutex_robust.hpp"

/// Participants die at any operation.
namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
using Word = Env::Atomic<std::uint32_t>;
constexpr auto relaxed = std::memory_order_relaxed;

Settings with_deaths(std::uint32_t deaths) {
  Settings settings;
  settings.bounds.spurious_wakes = 0;
  settings.bounds.most_deaths = deaths;
  return settings;
}

/// Everybody enters once and adds one.
template <class Lock>
Program enter_once(std::uint32_t participants) {
  struct Shared {
    typename Lock::Shared lock;
    Env::Plain<std::uint32_t> count;
  };
  const auto enter = [](Shared& shared) {
    Lock endpoint(&shared.lock, {}, {});
    if (endpoint.lock() == Acquired::not_recoverable) { throw Violated{"not recoverable"}; }
    shared.count.set(shared.count.get() + 1);
    endpoint.unlock();
  };
  Program program = testing::program_of<Shared>(std::vector<std::function<void(Shared&)>>(participants, enter));
  program.create = [](void* memory) { Lock::create(&(new (memory) Shared{})->lock, {}); };
  return program;
}

TEST(DeathTest, NobodyDiesUnlessAsked) {
  Dpor search;
  const auto found = explore(enter_once<strategies::futex_mutex::FutexMutex<Env>>(2), with_deaths(0), search);
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_FALSE(found.met.contains(Bound::deaths));
}

TEST(DeathTest, WhoDiesInsideLeavesOthersWaiting) {
  DepthFirst search;
  const auto program = enter_once<strategies::futex_mutex::FutexMutex<Env>>(2);
  const auto found = explore(program, with_deaths(1), search);
  EXPECT_TRUE(found.verdict.why.starts_with("deadlock: P0 died at")) << found.verdict.why;
  EXPECT_NE(found.verdict.why.find("P1 sleeps at"), std::string::npos) << found.verdict.why;
  const Repeated repeated = repeat(program, with_deaths(1), found.choices);
  EXPECT_NE(to_string(repeated.trace).find("DIES"), std::string::npos);
}

TEST(DeathTest, ARobustMutexPassesOn) {
  using Lock = strategies::pthread_mutex_robust::PthreadMutexRobust<Env>;
  Dpor two;
  const auto found = explore(enter_once<Lock>(2), with_deaths(1), two);
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_TRUE(found.is_exhaustive());
  EXPECT_TRUE(found.met.contains(Bound::deaths));
  DepthFirst three(0, 2);
  const auto of_three = explore(enter_once<Lock>(3), with_deaths(1), three);
  EXPECT_TRUE(of_three.verdict.is_ok()) << of_three.verdict.why;
}

TEST(DeathTest, WithoutRepairItIsNotRecoverable) {
  using Mutex = Env::PthreadMutex;
  std::uint32_t seen = 0;
  const auto enter = [&seen](Mutex& mutex) {
    const Acquired acquired = mutex.lock();
    seen |= 1U << static_cast<std::uint32_t>(acquired);
    if (acquired != Acquired::not_recoverable) { mutex.unlock(); }
  };
  Program program = testing::program_of<Mutex>({enter, enter, enter});
  program.create = [](void* memory) { (new (memory) Mutex)->create(env::Robustness::robust); };
  DepthFirst search(0, 1);
  const auto found = explore(program, with_deaths(1), search);
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_EQ(seen, 7U);
}

TEST(DeathTest, OnlyThoseDieWhoMay) {
  std::array<std::uint32_t, 2> deaths{};
  Program program =
      testing::program_of<Word>({[](Word& word) { word.store(1, relaxed); }, [](Word& word) { word.store(2, relaxed); }});
  program.may_die = [](std::uint32_t index) { return index == 1; };
  program.died = [&](std::uint32_t index, void* /*memory*/) { ++deaths[index]; };
  DepthFirst search(DepthFirst::unlimited);
  const auto found = explore(program, with_deaths(2), search);
  EXPECT_TRUE(found.verdict.is_ok());
  EXPECT_EQ(deaths[0], 0U);
  EXPECT_GT(deaths[1], 0U);
}

/// A robust futex without the pending word: who dies between the store and the wake leaves a sleeper beside a free lock.
TEST(DeathTest, ThePendingWordIsNeeded) {
  const auto run = [](bool pending) {
    bool unlocks = false;
    const auto unlock = [pending, &unlocks](Word& word) {
      unlocks = false;
      const std::source_location here = std::source_location::current();
      const env::AtomicWord as_word{&word, sizeof word};
      std::uint32_t expected = 0;
      if (!word.compare_exchange_strong(expected, Env::thread_id(), std::memory_order_acquire, relaxed)) { return; }
      env::model->robust_add(as_word, here);
      unlocks = true;
      if (pending) { env::model->robust_pending(as_word, here); }
      env::model->robust_remove(as_word, here);
      const std::uint32_t before = word.exchange(0, std::memory_order_release);
      if ((before & env::futex_waiters) != 0) { Env::futex_wake(word, 1); }
      if (pending) { env::model->robust_pending(std::nullopt, here); }
    };
    const auto wait = [](Word& word) {
      std::uint32_t seen = word.load(relaxed);
      while ((seen & env::futex_tid_mask) != 0) {
        if (word.compare_exchange_strong(seen, seen | env::futex_waiters, relaxed, relaxed)) {
          Env::futex_wait(word, seen | env::futex_waiters);
          seen = word.load(relaxed);
        }
      }
    };
    Program program = testing::program_of<Word>({unlock, wait});
    program.may_die = [&unlocks](std::uint32_t index) { return index == 0 && unlocks; };
    Dpor search;
    return explore(program, with_deaths(1), search).verdict;
  };
  EXPECT_TRUE(run(true).is_ok()) << run(true).why;
  EXPECT_TRUE(run(false).why.starts_with("lost wake-up: P0 died at")) << run(false).why;
}

/// The reduced search finds what the full one finds.
TEST(DeathTest, ReducedShowsWhatFullShows) {
  for (const std::uint32_t deaths : {1U, 2U}) {
    std::array<std::vector<std::uint32_t>, 2> ends;
    for (const bool is_full : {false, true}) {
      std::vector<std::uint32_t>& values = ends[is_full ? 1 : 0];
      const auto add = [](Word& word) {
        word.store(word.load(relaxed) + 1, relaxed);
        word.fetch_add(10, relaxed);
      };
      const auto program = testing::program_of<Word>({add, add}, [&values](Word& word) {
        const std::uint32_t value = word.load(relaxed);
        const auto at = std::lower_bound(values.begin(), values.end(), value);
        if (at == values.end() || *at != value) { values.insert(at, value); }
        return Verdict::ok();
      });
      Dpor reduced;
      DepthFirst full(DepthFirst::unlimited);
      EXPECT_TRUE(explore(program, with_deaths(deaths), is_full ? static_cast<Search&>(full) : reduced).is_exhaustive());
    }
    EXPECT_EQ(ends[0], ends[1]);
    EXPECT_GT(ends[0].size(), 5U);
  }
}

}  // namespace
}  // namespace shmlab::explore
