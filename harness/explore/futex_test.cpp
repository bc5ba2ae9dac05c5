#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>

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
constexpr auto seq_cst = std::memory_order_seq_cst;

struct Words {
  Word word{0};
  Word sleepers{0};
};

Settings without_spurious_wakes() {
  Settings settings;
  settings.bounds.spurious_wakes = 0;
  return settings;
}

/// Both searches find the same; the verdict is of the reduced one.
Exploration explored(const Program& program, const Settings& settings = without_spurious_wakes()) {
  Dpor reduced;
  DepthFirst full(DepthFirst::unlimited);
  const Exploration found = explore(program, settings, reduced);
  const Exploration all = explore(program, settings, full);
  EXPECT_EQ(found.verdict.judgement, all.verdict.judgement) << found.verdict.why << all.verdict.why;
  EXPECT_EQ(found.end, all.end);
  return found;
}

void open_gate(Words& words) {
  words.word.store(1, release);
  Env::futex_wake(words.word, 1);
}

TEST(FutexTest, NoWakeIsLostBetweenTheLookAndTheSleep) {
  const auto found = explored(testing::program_of<Words>({[](Words& words) {
                                                            while (words.word.load(acquire) == 0) {
                                                              Env::futex_wait(words.word, 0);
                                                            }
                                                          },
                                                          open_gate}));
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_TRUE(found.is_exhaustive());
}

TEST(FutexTest, AWakeBeforeTheStoreIsLost) {
  const auto found = explored(testing::program_of<Words>({[](Words& words) {
                                                            while (words.word.load(acquire) == 0) {
                                                              Env::futex_wait(words.word, 0);
                                                            }
                                                          },
                                                          [](Words& words) {
                                                            Env::futex_wake(words.word, 1);
                                                            words.word.store(1, release);
                                                          }}));
  EXPECT_EQ(found.verdict.judgement, Judgement::violated);
  EXPECT_TRUE(found.verdict.why.starts_with("lost wake-up: P0 sleeps at futex_test.cpp:")) << found.verdict.why;
  EXPECT_TRUE(found.verdict.why.ends_with("while the word is 0, but it is 1 by now")) << found.verdict.why;
}

/// The sleeper says that it sleeps, on another word than the one it waits for, and does not look again.
TEST(FutexTest, ATestThatIsNotRepeatedBeforeTheSleepLosesTheWakeUp) {
  const auto announce_and_sleep = [](bool look_again) {
    return [look_again](Words& words) {
      if (words.word.load(seq_cst) == 1) { return; }
      words.sleepers.store(1, seq_cst);
      if (!look_again || words.word.load(seq_cst) == 0) { Env::futex_wait(words.sleepers, 1); }
    };
  };
  const auto wake = [](Words& words) {
    words.word.store(1, seq_cst);
    if (words.sleepers.exchange(0, seq_cst) == 1) { Env::futex_wake(words.sleepers, 1); }
  };
  EXPECT_FALSE(explored(testing::program_of<Words>({announce_and_sleep(false), wake})).verdict.is_ok());
  EXPECT_TRUE(explored(testing::program_of<Words>({announce_and_sleep(true), wake})).verdict.is_ok());
}

TEST(FutexTest, AllAsleepForGoodIsADeadlock) {
  const auto sleep = [](Words& words) { Env::futex_wait(words.word, 0); };
  const auto found = explored(testing::program_of<Words>({sleep, sleep}));
  EXPECT_TRUE(found.verdict.why.starts_with("deadlock: P0 sleeps at")) << found.verdict.why;
  EXPECT_NE(found.verdict.why.find("; P1 sleeps at"), std::string::npos) << found.verdict.why;
}

TEST(FutexTest, APrivateScopeReachesNobodyElse) {
  for (const bool private_wait : {false, true}) {
    for (const bool private_wake : {false, true}) {
      const auto scope = [](bool is_private) { return is_private ? Env::FutexScope::process_private : Env::FutexScope::shared; };
      const auto found = explored(testing::program_of<Words>({[&](Words& words) {
                                                                while (words.word.load(acquire) == 0) {
                                                                  Env::futex_wait(words.word, 0, scope(private_wait));
                                                                }
                                                              },
                                                              [&](Words& words) {
                                                                words.word.store(1, release);
                                                                Env::futex_wake(words.word, 1, scope(private_wake));
                                                              }}));
      EXPECT_EQ(found.verdict.is_ok(), !private_wait && !private_wake);
    }
  }
}

TEST(FutexTest, OneWakeWakesOneOfThem) {
  struct Queue {
    Word word{0};
    Word woken_early{0};
  };
  std::set<std::uint32_t> seen;
  const auto sleep = [](std::uint32_t name) {
    return [name](Queue& queue) {
      Env::futex_wait(queue.word, 0);
      if (queue.word.load(relaxed) == 0) { queue.woken_early.fetch_or(name, relaxed); }
    };
  };
  const auto found = explored(testing::program_of<Queue>({sleep(1), sleep(2),
                                                          [](Queue& queue) {
                                                            Env::futex_wake(queue.word, 1);
                                                            queue.word.store(1, relaxed);
                                                            Env::futex_wake(queue.word, 2);
                                                          }},
                                                         [&](Queue& queue) {
                                                           seen.insert(queue.woken_early.load(relaxed));
                                                           return Verdict::ok();
                                                         }));
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_EQ(seen, (std::set<std::uint32_t>{0, 1, 2}));
}

TEST(FutexTest, WakesAtMostTheCount) {
  const auto run = [](std::uint32_t count) {
    const auto sleep = [](Words& words) {
      words.sleepers.fetch_add(1, seq_cst);
      Env::futex_wait(words.word, 0);
    };
    return explored(testing::program_of<Words>({sleep, sleep, [count](Words& words) {
                                                  while (words.sleepers.load(seq_cst) != 2) { Env::pause(); }
                                                  words.word.store(1, seq_cst);
                                                  Env::futex_wake(words.word, count);
                                                }}));
  };
  EXPECT_FALSE(run(1).verdict.is_ok());
  EXPECT_TRUE(run(2).verdict.is_ok());
}

TEST(FutexTest, ReturnsSpuriouslyWithinTheBound) {
  // Trusts that it was woken.
  const auto program = testing::program_of<Words>({[](Words& words) {
                                                     Env::futex_wait(words.word, 0);
                                                     if (words.word.load(acquire) == 0) { throw Violated{"woken for nothing"}; }
                                                   },
                                                   open_gate});
  const auto trusting = explored(program);
  EXPECT_TRUE(trusting.verdict.is_ok()) << trusting.verdict.why;
  EXPECT_TRUE(trusting.met.contains(Bound::spurious_wakes));
  EXPECT_EQ(explored(program, Settings{}).verdict.why, "P0: woken for nothing");
}

TEST(FutexTest, ATimedSleepEndsAtItsDeadline) {
  using std::chrono::seconds;
  const auto program = testing::program_of<Words>({[](Words& words) {
    const auto deadline = Env::now() + seconds(5);
    if (!Env::futex_wait_until(words.word, 0, deadline) && Env::now() < deadline) { throw Violated{"early"}; }
  }});
  const auto alone = explored(program);
  EXPECT_TRUE(alone.verdict.is_ok()) << alone.verdict.why;

  std::uint32_t ways = 0;
  const auto woken_or_not = testing::program_of<Words>(
      {[&ways](Words& words) { ways |= Env::futex_wait_until(words.word, 0, Env::now() + seconds(5)) ? 1U : 2U; }, open_gate});
  EXPECT_TRUE(explored(woken_or_not).verdict.is_ok());
  EXPECT_EQ(ways, 3U);
}

/// Store buffering with the system calls as the only barriers: Linux orders, the manual page does not promise it.
TEST(FutexTest, OnlyLinuxOrdersMore) {
  struct Two {
    Word x{0};
    Word y{0};
    Env::Plain<std::uint32_t> first;
    Env::Plain<std::uint32_t> second;
  };
  const auto buffering = testing::program_of<Two>({[](Two& two) {
                                                     two.x.store(1, relaxed);
                                                     Env::futex_wake(two.x, 1);
                                                     two.first.set(two.y.load(relaxed));
                                                   },
                                                   [](Two& two) {
                                                     two.y.store(1, relaxed);
                                                     Env::futex_wake(two.y, 1);
                                                     two.second.set(two.x.load(relaxed));
                                                   }},
                                                  [](Two& two) {
                                                    const bool both = two.first.get() == 0 && two.second.get() == 0;
                                                    return both ? Verdict::violated("both missed") : Verdict::ok();
                                                  });
  Settings settings = without_spurious_wakes();
  EXPECT_TRUE(explored(buffering, settings).verdict.is_ok());
  settings.futex_order = FutexOrder::none;
  EXPECT_EQ(explored(buffering, settings).verdict.why, "both missed");
}

TEST(FutexTest, WhoWasWokenSeesWhatCameBeforeTheWakeOnLinux) {
  const auto program = testing::program_of<Words>({[](Words& words) {
                                                     Env::futex_wait(words.word, 0);
                                                     if (words.word.load(relaxed) == 0) { throw Violated{"old"}; }
                                                   },
                                                   open_gate});
  Settings settings = without_spurious_wakes();
  EXPECT_TRUE(explored(program, settings).verdict.is_ok());
  settings.futex_order = FutexOrder::none;
  EXPECT_EQ(explored(program, settings).verdict.why, "P0: old");
}

/// The barrier in the kernel orders, but it makes nothing happen before: ordinary data still races.
TEST(FutexTest, NothingHappensBeforeBecauseOfAWake) {
  struct Message {
    Word word{0};
    Env::Plain<std::uint32_t> data;
  };
  const auto run = [](std::memory_order publish, std::memory_order receive) {
    return explored(testing::program_of<Message>({[=](Message& message) {
                                                    message.data.set(1);
                                                    message.word.store(1, publish);
                                                    Env::futex_wake(message.word, 1);
                                                  },
                                                  [=](Message& message) {
                                                    while (message.word.load(receive) == 0) { Env::futex_wait(message.word, 0); }
                                                    static_cast<void>(message.data.get());
                                                  }}));
  };
  EXPECT_TRUE(run(release, acquire).verdict.is_ok());
  EXPECT_TRUE(run(relaxed, acquire).verdict.why.starts_with("data race"));
  EXPECT_TRUE(run(release, relaxed).verdict.why.starts_with("data race"));
}

}  // namespace
}  // namespace shmlab::explore
