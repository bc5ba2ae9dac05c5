#include "explore/machine.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "contract/error.hpp"
#include "contract/patience.hpp"
#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/small_programs.hpp"

namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
using Word = Env::Atomic<std::uint32_t>;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;

struct Words {
  Word x{0};
  Word y{0};
};

Exploration explored(const Program& program, const Settings& settings = {}) {
  Dpor search;
  return explore(program, settings, search);
}

void spin_until_x(Words& words) {
  Patience<Env> patience;
  while (words.x.load(acquire) == 0) { patience.poll(); }
}

TEST(MachineTest, APollerGoesOnWhenThereIsNews) {
  const auto found = explored(testing::program_of<Words>({spin_until_x, [](Words& words) { words.x.store(1, release); }}));
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_TRUE(found.is_exhaustive());
  EXPECT_EQ(found.cut_short, 0U);
}

TEST(MachineTest, PollingForWhatNeverComesIsALivelock) {
  const auto found = explored(testing::program_of<Words>({spin_until_x, [](Words& words) { words.y.store(1, release); }}));
  EXPECT_TRUE(found.verdict.why.starts_with("livelock: P0 polls in vain at patience.hpp:")) << found.verdict.why;
}

/// Two who wait by exchanging see each other's stores, which are no news.
TEST(MachineTest, WaitingByReadModifyWriteIsPollingToo) {
  const auto take = [](Words& words) {
    while (words.x.exchange(1, acquire) == 1) { Env::yield(); }
  };
  EXPECT_TRUE(explored(testing::program_of<Words>({take, take, take})).verdict.why.starts_with("livelock"));
  const auto take_and_give = [=](Words& words) {
    take(words);
    words.x.store(0, release);
  };
  const auto found = explored(testing::program_of<Words>({take_and_give, take_and_give}));
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_TRUE(found.is_exhaustive());
}

TEST(MachineTest, ALoopThatCountsItsLooksIsLeftToCount) {
  const auto found = explored(testing::program_of<Words>({[](Words& words) {
    for (int looks = 0; looks < 3 && words.x.load(acquire) == 0; ++looks) { Env::pause(); }
  }}));
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
}

TEST(MachineTest, PollsBetweenOperationsAreFree) {
  const auto work = [](Words& words) {
    for (int i = 0; i < 20; ++i) { Env::pause(); }
    words.x.fetch_add(1, relaxed);
    for (int i = 0; i < 20; ++i) { Env::pause(); }
  };
  EXPECT_TRUE(explored(testing::program_of<Words>({work, work})).verdict.is_ok());
}

TEST(MachineTest, WaitingForATimeEnds) {
  const auto found = explored(testing::program_of<Words>({[](Words& words) {
    const auto deadline = Env::now() + std::chrono::seconds(10);
    while (words.x.load(acquire) == 0 && Env::now() < deadline) { Env::yield(); }
  }}));
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
}

TEST(MachineTest, AnExecutionWithoutEndIsCutShort) {
  Settings settings;
  settings.bounds.most_steps = 100;
  const auto found = explored(testing::program_of<Words>({[](Words& words) {
                                while (words.x.load(relaxed) == 0) { words.y.fetch_add(1, relaxed); }
                              }}),
                              settings);
  EXPECT_TRUE(found.verdict.is_ok());
  EXPECT_EQ(found.executions, 0U);
  EXPECT_EQ(found.cut_short, 1U);
  EXPECT_EQ(describe(found, settings), "exhausted, within 100 steps");
}

TEST(MachineTest, WhatABodyThrowsIsAViolation) {
  const auto found = explored(testing::program_of<Words>({[](Words& words) {
                                                            if (words.x.load(relaxed) == 1) { throw std::runtime_error("oh"); }
                                                          },
                                                          [](Words& words) { words.x.store(1, relaxed); }}));
  EXPECT_EQ(found.verdict.why, "P0 threw: oh");
}

/// Wherever an execution ends, the locals of those in the middle of a body are destroyed.
TEST(MachineTest, UnwindsThoseInTheMiddle) {
  static int alive = 0;
  static int born = 0;
  struct Local {
    Words& words;
    explicit Local(Words& of) : words(of) {
      ++alive;
      ++born;
    }
    ~Local() {
      words.y.store(1, relaxed);
      static_cast<void>(words.y.load(relaxed));
      --alive;
    }
  };
  const auto program = testing::program_of<Words>({[](Words& words) {
                                                     const Local local(words);
                                                     Env::futex_wait(words.x, 0);
                                                   },
                                                   [](Words& words) {
                                                     const Local local(words);
                                                     spin_until_x(words);
                                                   },
                                                   [](Words& words) { words.y.store(2, relaxed); }});
  EXPECT_FALSE(explored(program).verdict.is_ok());
  EXPECT_GE(born, 2);
  EXPECT_EQ(alive, 0);
}

TEST(MachineTest, EveryExecutionStartsFromTheCreatedState) {
  struct Counters {
    Word atomic{5};
    Env::Plain<std::uint32_t> plain;
    Word lock{0};
  };
  auto program = testing::program_of<Counters>({}, [](Counters& counters) {
    return counters.atomic.load(relaxed) == 7 && counters.plain.get() == 8 ? Verdict::ok() : Verdict::violated("not as it began");
  });
  int created = 0;
  program.create = [&created, create = program.create](void* memory) {
    ++created;
    create(memory);
    static_cast<Counters*>(memory)->plain.set(6);
  };
  program.participants = 2;
  program.body = [](std::uint32_t /*index*/, void* memory) {
    auto& counters = *static_cast<Counters*>(memory);
    counters.atomic.fetch_add(1, relaxed);
    while (counters.lock.exchange(1, acquire) != 0) { Env::pause(); }
    counters.plain.set(counters.plain.get() + 1);
    counters.lock.store(0, release);
  };
  const auto found = explored(program);
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_GT(found.executions, 2U);
  EXPECT_EQ(created, 1);
}

TEST(MachineTest, WordsOfEverySizeWrapAround) {
  struct Sizes {
    Env::Atomic<std::uint8_t> byte{255};
    Env::Atomic<std::int16_t> half{0};
    Env::Atomic<std::uint64_t> word{~std::uint64_t{0}};
    Env::Atomic<bool> flag{false};
  };
  const auto found = explored(testing::program_of<Sizes>(
      {[](Sizes& sizes) {
        const bool as_expected = sizes.byte.fetch_add(2, relaxed) == 255 && sizes.byte.load(relaxed) == 1 &&
                                 sizes.half.fetch_sub(1, relaxed) == 0 && sizes.half.load(relaxed) == -1 &&
                                 sizes.word.fetch_add(1, relaxed) == ~std::uint64_t{0} && sizes.word.load(relaxed) == 0 &&
                                 !sizes.flag.exchange(true, relaxed) && sizes.flag.load(relaxed);
        if (!as_expected) { throw Violated{"sizes"}; }
      }},
      [](Sizes& sizes) {
        return sizes.half.load(relaxed) == -1 && sizes.flag.load(relaxed) ? Verdict::ok() : Verdict::violated("last");
      }));
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
}

TEST(MachineTest, WeakFailuresHappenWithinTheBound) {
  std::uint32_t failures = 0;
  const auto program = testing::program_of<Words>({[&failures](Words& words) {
    std::uint32_t expected = 0;
    while (!words.x.compare_exchange_weak(expected, 1, relaxed, relaxed)) { ++failures; }
  }});
  EXPECT_TRUE(explored(program).met.contains(Bound::weak_failures));
  EXPECT_EQ(failures, 1U);
  Settings settings;
  settings.bounds.weak_failures = 0;
  failures = 0;
  EXPECT_TRUE(explored(program, settings).met.contains(Bound::weak_failures));
  EXPECT_EQ(failures, 0U);
}

TEST(MachineTest, TooManyLocationsAreSaidToBe) {
  struct Many {
    std::array<Word, max_locations + 1> words;
  };
  const auto found = explored(testing::program_of<Many>({[](Many& many) {
    for (Word& word : many.words) { word.store(1, relaxed); }
  }}));
  EXPECT_EQ(found.verdict.judgement, Judgement::unknown);
  EXPECT_EQ(found.verdict.why, "more than 64 atomic locations");
}

TEST(MachineTest, RefusesAProgramOfNobody) {
  EXPECT_THROW(explored(testing::program_of<Words>({})), BadInput);
}

TEST(MachineTest, AFindingIsRepeatedWithATrace) {
  const auto program = testing::program_of<Words>({[](Words& words) {
                                                     words.x.store(1, relaxed);
                                                     words.y.store(1, relaxed);
                                                   },
                                                   [](Words& words) {
                                                     if (words.y.load(relaxed) == 1 && words.x.load(relaxed) == 0) {
                                                       throw Violated{"the second without the first"};
                                                     }
                                                   }});
  const auto found = explored(program);
  ASSERT_EQ(found.verdict.why, "P1: the second without the first");
  const Repeated repeated = repeat(program, {}, found.choices);
  EXPECT_EQ(repeated.verdict.why, found.verdict.why);
  ASSERT_EQ(repeated.trace.size(), 4U);
  const TraceLine& stale = repeated.trace.back();
  EXPECT_EQ(stale.participant, 1U);
  EXPECT_EQ(stale.operation, env::Operation::load);
  EXPECT_EQ(stale.offset, 0U);
  EXPECT_EQ(stale.value, 0U);
  EXPECT_TRUE(stale.note.starts_with("STALE: 1 of P0 at machine_test.cpp:")) << stale.note;
  EXPECT_NE(to_string(repeated.trace).find("P1 load relaxed +0 = 0"), std::string::npos) << to_string(repeated.trace);
  EXPECT_THROW(repeat(program, {}, {7, 7, 7, 7}), BadInput);
}

TEST(MachineTest, ATraceSaysWhatWasPutBeforeWhat) {
  const auto program = testing::program_of<Words>(
      {[](Words& words) { words.x.store(1, relaxed); }, [](Words& words) { words.x.store(2, relaxed); }},
      [](Words& words) { return words.x.load(relaxed) == 2 ? Verdict::ok() : Verdict::violated("1 is last"); });
  const auto found = explored(program);
  ASSERT_EQ(found.verdict.why, "1 is last");
  const Trace trace = repeat(program, {}, found.choices).trace;
  ASSERT_EQ(trace.size(), 2U);
  EXPECT_TRUE(trace[1].note.starts_with("put before 1 of P0 at machine_test.cpp:")) << trace[1].note;
}

}  // namespace
}  // namespace shmlab::explore
