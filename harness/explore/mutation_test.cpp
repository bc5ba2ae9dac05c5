#include "explore/mutation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <new>
#include <source_location>
#include <string>
#include <vector>

#include "contract/patience.hpp"
#include "env/traced_env.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/small_programs.hpp"

/// Programs that hold, and each kind of mutation that breaks one.
namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
using Word = Env::Atomic<std::uint32_t>;
using env::Operation;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;

struct Words {
  Word x{0};
  Word y{0};
  Env::Plain<std::uint32_t> data;
  Env::Semaphore permits;
};

Exploration explored(const Program& program, const Settings& settings) {
  Dpor search;
  return explore(program, settings, search);
}

/// Holds as it is, and then with the first operation of this kind mutated; returns what is found.
std::string finding(const Program& program, Operation operation, Change change, std::memory_order from = seq_cst,
                    std::memory_order to = relaxed) {
  SiteLog log;
  Settings settings;
  settings.sites = &log;
  const Exploration sound = explored(program, settings);
  EXPECT_EQ(sound.verdict.why, "");
  EXPECT_TRUE(sound.is_exhaustive());
  for (const SeenSite& seen : log.sorted()) {
    if (seen.site.operation != operation) { continue; }
    settings.sites = nullptr;
    settings.mutation = Mutation{.site = seen.site, .change = change, .from = from, .to = to};
    const Exploration found = explored(program, settings);
    if (found.verdict.is_ok()) { return ""; }
    const Repeated again = repeat(program, settings, found.choices);
    EXPECT_EQ(again.verdict.why, found.verdict.why);
    EXPECT_FALSE(again.trace.empty());
    return found.verdict.why;
  }
  ADD_FAILURE() << "no " << to_string(operation);
  return "";
}

bool begins(const std::string& text, const std::string& with) {
  return text.starts_with(with);
}

/// Data, and then word of it.
Program message() {
  return testing::program_of<Words>({[](Words& words) {
                                       words.data.set(1);
                                       words.x.store(1, release);
                                     },
                                     [](Words& words) {
                                       if (words.x.load(acquire) == 1 && words.data.get() != 1) { throw Violated{"old"}; }
                                     }});
}

TEST(MutationTest, WeakensAnOrder) {
  EXPECT_TRUE(begins(finding(message(), Operation::store, Change::order, release), "data race"));
  EXPECT_TRUE(begins(finding(message(), Operation::load, Change::order, acquire), "data race"));
}

TEST(MutationTest, LeavesOtherOrdersAtTheSameSiteAlone) {
  EXPECT_EQ(finding(message(), Operation::store, Change::order, seq_cst), "");
}

TEST(MutationTest, WeakensTheOrderOfAFailureApart) {
  const Program program = testing::program_of<Words>({[](Words& words) {
                                                        words.data.set(1);
                                                        words.x.store(1, release);
                                                      },
                                                      [](Words& words) {
                                                        std::uint32_t seen = 0;
                                                        if (!words.x.compare_exchange_strong(seen, 2, relaxed, acquire)) {
                                                          (void)words.data.get();
                                                        }
                                                      }});
  EXPECT_TRUE(begins(finding(program, Operation::compare_exchange, Change::failure_order, acquire), "data race"));
  EXPECT_EQ(finding(program, Operation::compare_exchange, Change::order, acquire), "");
}

TEST(MutationTest, LeavesOutAFence) {
  struct Seen : Words {
    std::uint32_t by[2] = {};
  };
  const auto one = [](Word& mine, Word& other) {
    mine.store(1, relaxed);
    Env::fence(seq_cst);
    return other.load(relaxed);
  };
  const Program program = testing::program_of<Seen>(
      {[=](Seen& seen) { seen.by[0] = one(seen.x, seen.y); }, [=](Seen& seen) { seen.by[1] = one(seen.y, seen.x); }},
      [](Seen& seen) { return seen.by[0] + seen.by[1] > 0 ? Verdict::ok() : Verdict::violated("both 0"); });
  EXPECT_EQ(finding(program, Operation::fence, Change::left_out), "both 0");
  EXPECT_EQ(finding(program, Operation::fence, Change::order, seq_cst, acq_rel), "both 0");
}

/// One sleeps until the other has stored; the load spares it the system call, the comparison the sleep beside the word.
Program sleeper() {
  return testing::program_of<Words>({[](Words& words) {
                                       words.x.store(1, release);
                                       Env::futex_wake(words.x, 1);
                                     },
                                     [](Words& words) {
                                       while (words.x.load(acquire) == 0) { Env::futex_wait(words.x, 0); }
                                     }});
}

TEST(MutationTest, LeavesOutAWake) {
  EXPECT_TRUE(begins(finding(sleeper(), Operation::futex_wake, Change::left_out), "lost wake-up"));
}
TEST(MutationTest, LeavesOutAStore) {
  EXPECT_TRUE(begins(finding(sleeper(), Operation::store, Change::left_out), "deadlock"));
}
TEST(MutationTest, LeavesOutTheComparisonOfAWait) {
  EXPECT_TRUE(begins(finding(sleeper(), Operation::futex_wait, Change::left_out), "lost wake-up"));
}

/// The load is a look of its own the first time only.
TEST(MutationTest, LeavesOutAnotherLook) {
  const auto poll = [](Words& words) {
    for (Patience<Env> patience; words.x.load(acquire) == 0; patience.poll()) {}
  };
  const Program program = testing::program_of<Words>({[](Words& words) { words.x.store(1, release); }, poll});
  EXPECT_TRUE(begins(finding(program, Operation::load, Change::left_out), "livelock"));
  EXPECT_EQ(finding(message(), Operation::load, Change::left_out), "");
}

TEST(MutationTest, ALoopOfNothingElseComesToAnEnd) {
  Settings settings;
  settings.bounds.most_steps = 50;
  SiteLog log;
  settings.sites = &log;
  const Program waits = testing::program_of<Words>({[](Words& words) {
    while (words.x.load(relaxed) == 0) { words.x.store(1, relaxed); }
  }});
  EXPECT_TRUE(explored(waits, settings).verdict.is_ok());
  const std::vector<SeenSite> seen = log.sorted();
  const auto store = std::ranges::find(seen, Operation::store, [](const SeenSite& one) { return one.site.operation; });
  ASSERT_NE(store, seen.end());
  settings.mutation = Mutation{.site = store->site};
  const Exploration endless = explored(waits, settings);
  EXPECT_TRUE(endless.met.contains(Bound::steps));
  EXPECT_EQ(endless.cut_short, 1U);
}

/// Two who must not be inside together.
Program lock(const std::function<bool(Words&)>& take) {
  const auto work = [=](Words& words) {
    if (!take(words)) { return; }
    words.data.set(words.data.get() + 1);
    words.x.store(0, release);
  };
  return testing::program_of<Words>({work, work});
}

TEST(MutationTest, LeavesOutTheWriteOfAReadModifyWrite) {
  const Program exchanged = lock([](Words& words) { return words.x.exchange(1, acquire) == 0; });
  EXPECT_TRUE(begins(finding(exchanged, Operation::exchange, Change::left_out), "data race"));
  const Program compared = lock([](Words& words) {
    std::uint32_t seen = 0;
    return words.x.compare_exchange_strong(seen, 1, acquire, relaxed);
  });
  EXPECT_TRUE(begins(finding(compared, Operation::compare_exchange, Change::left_out), "data race"));
}

TEST(MutationTest, AReadModifyWriteWithoutItsWriteStillGivesWhatItReads) {
  const Program program = testing::program_of<Words>({[](Words& words) {
    if (words.x.fetch_add(1, relaxed) != 0) { throw Violated{"not 0"}; }
    std::uint32_t seen = 5;
    if (words.y.compare_exchange_strong(seen, 6, relaxed, relaxed) || seen != 0) { throw Violated{"not failed"}; }
  }});
  EXPECT_EQ(finding(program, Operation::fetch_add, Change::left_out), "");
  EXPECT_EQ(finding(program, Operation::compare_exchange, Change::left_out), "");
}

/// A semaphore is made of atomics in the model only.
TEST(SiteLogTest, ListsTheSourcesOperationsAndNotThoseOfObjectsOfTheSystem) {
  SiteLog log;
  Settings settings;
  settings.sites = &log;
  const auto hand_over = [](Words& words) {
    words.permits.wait();
    words.y.fetch_add(1, relaxed);
    words.permits.post();
  };
  Program program = testing::program_of<Words>({hand_over, hand_over});
  program.create = [](void* memory) { (new (memory) Words{})->permits.create(1); };
  EXPECT_EQ(explored(program, settings).verdict.why, "");
  const std::vector<SeenSite> seen = log.sorted();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].site.operation, Operation::fetch_add);
  EXPECT_TRUE(seen[0].site.file.ends_with("mutation_test.cpp"));
  EXPECT_EQ(seen[0].orders.order, relaxed);
}

TEST(SiteLogTest, LooksOnAndChangesNothing) {
  SiteLog log;
  Settings settings;
  const Exploration before = explored(sleeper(), settings);
  settings.sites = &log;
  const Exploration with = explored(sleeper(), settings);
  EXPECT_EQ(with.executions, before.executions);
  EXPECT_EQ(with.steps, before.steps);
  EXPECT_EQ(log.sorted().size(), 4U);
}

TEST(SiteTest, IsOneOperationOfOneFile) {
  const auto here = std::source_location::current();
  const std::string path = here.file_name();
  const Site site{Operation::load, path, here.line(), here.column()};
  EXPECT_TRUE(site.is(Operation::load, here));
  EXPECT_FALSE(site.is(Operation::store, here));
  EXPECT_FALSE(site.is(Operation::load, std::source_location::current()));
  Site by_name = site;
  by_name.file = "mutation_test.cpp";
  EXPECT_TRUE(by_name.is(Operation::load, here));
  by_name.file = "tation_test.cpp";
  EXPECT_FALSE(by_name.is(Operation::load, here));
}

TEST(WeakerOrdersTest, AreThoseThatTheOperationMayHave) {
  using Orders = std::vector<std::memory_order>;
  EXPECT_EQ(weaker_orders(Operation::load, seq_cst), (Orders{relaxed, acquire}));
  EXPECT_EQ(weaker_orders(Operation::store, seq_cst), (Orders{relaxed, release}));
  EXPECT_EQ(weaker_orders(Operation::exchange, seq_cst), (Orders{relaxed, acquire, release, acq_rel}));
  EXPECT_EQ(weaker_orders(Operation::exchange, acq_rel), (Orders{relaxed, acquire, release}));
  EXPECT_EQ(weaker_orders(Operation::fence, acq_rel), (Orders{acquire, release}));
  EXPECT_EQ(weaker_orders(Operation::load, acquire), (Orders{relaxed}));
  EXPECT_EQ(weaker_orders(Operation::store, relaxed), (Orders{}));
  EXPECT_EQ(weaker_orders(Operation::futex_wake, seq_cst), (Orders{}));
}

}  // namespace
}  // namespace shmlab::explore
