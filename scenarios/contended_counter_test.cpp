#include "scenarios/contended_counter.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/rig.hpp"
#include "scenarios/testing/sanitizer.hpp"

namespace shmlab::scenarios::contended_counter {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnLock = Rig<ContendedCounter, Face::exclusive, FakeLock>;
using Params = ContendedCounter::Params;

Params sections(std::uint64_t operations, std::uint64_t inside_pauses = 0) {
  return {.participants = 2, .operations = operations, .outside_pauses = 0, .inside_pauses = inside_pauses};
}

TEST(ContendedCounter, HoldsOnACorrectLock) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    OnLock rig({.participants = participants, .operations = 200, .outside_pauses = 3, .inside_pauses = 2});
    const Report report = rig.run();
    EXPECT_EQ(report.findings(), "");
    EXPECT_TRUE(report.judgement.is_ok());
    EXPECT_EQ(rig.shared().word(7).get(), participants * 200 * ContendedCounter::increments);
    for (const Outcome& outcome : report.outcomes) { EXPECT_EQ(outcome.operations, 200U); }
  }
}

TEST(ContendedCounter, TimesEveryAcquisition) {
  OnLock rig(sections(100));
  rig.record_times();
  EXPECT_EQ(rig.run().histograms[1][0].count(), 100U);
}

TEST(ContendedCounter, StaysInsideForTheTime) {
  OnLock rig({.participants = 2, .operations = 5, .inside_ns = 1'000'000});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(rig.run().findings(), "");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(10)) << "two times five sections, one at a time";
}

TEST(ContendedCounter, EndsWhenToldToStop) {
  for (const int ms : {0, 20}) {
    OnLock rig(sections(0));
    EXPECT_TRUE(rig.run_until_stopped(std::chrono::milliseconds(ms)).judgement.is_ok());
  }
}

TEST(ContendedCounter, CountsHandOffs) {
  OnLock alone(sections(50));
  EXPECT_EQ(alone.run({0}).counters[0][ContendedCounter::count_handoffs], 0U);

  OnLock after_another(sections(50));
  after_another.states()[0].after_lock = [&](std::uint64_t n) {
    if (n % 10 == 0) { after_another.shared().last_owner.set(2); }
    return Acquired::clean;
  };
  EXPECT_EQ(after_another.run({0}).counters[0][ContendedCounter::count_handoffs], 5U);
}

/// Findings of a lone participant in whose third section something happens.
std::string in_third_section(const std::function<void(OnLock&)>& what) {
  OnLock rig(sections(10));
  rig.states()[0].after_lock = [&](std::uint64_t n) {
    if (n == 3) { what(rig); }
    return Acquired::clean;
  };
  return rig.run({0}).findings();
}
/// The same, in the middle of the third section.
std::string in_the_middle(const std::function<void(OnLock&)>& what) {
  OnLock rig(sections(10, 1));
  rig.states()[0].after_lock = [&](std::uint64_t n) {
    HookedEnv::in_pause = n == 3 ? std::function<void()>([&] { what(rig); }) : nullptr;
    return Acquired::clean;
  };
  return rig.run({0}).findings();
}

TEST(ContendedCounter, CatchesASecondOwner) {
  EXPECT_EQ(in_third_section([](OnLock& rig) { rig.shared().owner.set(2); }), "owner on entry is 2, expected 0; ");
  EXPECT_EQ(in_the_middle([](OnLock& rig) { rig.shared().owner.set(2); }), "owner inside the section is 2, expected 1; ");
}

TEST(ContendedCounter, CatchesAWordThatChangesInsideTheSection) {
  const std::string why = "a word of the record inside the section is 26, expected 25; ";
  for (const std::size_t word : {0U, 1U, 5U, 7U}) {
    const auto add = [word](OnLock& rig) { rig.shared().word(word).set(rig.shared().word(word).get() + 1); };
    EXPECT_EQ(in_the_middle(add), why);
    EXPECT_NE(in_third_section(add), "");
  }
}

TEST(ContendedCounter, TheJudgeCatchesAnIncrementLostInEveryWordAlike) {
  OnLock rig(sections(10));
  rig.states()[0].after_lock = [&](std::uint64_t n) {
    for (std::size_t i = 0; n == 3 && i < ContendedCounter::record_words; ++i) {
      rig.shared().word(i).set(rig.shared().word(i).get() - 1);
    }
    return Acquired::clean;
  };
  const Report report = rig.run();
  EXPECT_EQ(report.findings(), "at the end a word of the record is 199, expected 200");
}

TEST(ContendedCounter, TheJudgeCatchesAnOwnerWhoNeverLeft) {
  OnLock::Shared shared;
  EXPECT_TRUE(ContendedCounter::judge<HookedEnv>({}, shared, finished({0})).is_ok());
  shared.owner.set(1);
  EXPECT_EQ(ContendedCounter::judge<HookedEnv>({}, shared, finished({0})).why, "at the end the owner is 1, expected 0");
}

TEST(ContendedCounter, CatchesADeathThatNobodyDied) {
  for (const Acquired answer : {Acquired::owner_died, Acquired::not_recoverable}) {
    OnLock rig(sections(10));
    rig.states()[0].after_lock = [answer](std::uint64_t n) { return n == 3 ? answer : Acquired::clean; };
    EXPECT_EQ(rig.run({0}).findings(), check::nobody_died(answer) + "; ");
  }
}

TEST(ContendedCounter, CatchesALockThatDoesNotExclude) {
  if (under_thread_sanitizer) { GTEST_SKIP() << "the race is the point, and is reported"; }
  OnLock rig(sections(0, 100));
  rig.states()[0].excludes = false;
  EXPECT_NE(rig.run().findings(), "");  // goes on until it is seen; the rig's watchdog ends it otherwise
}

}  // namespace
}  // namespace shmlab::scenarios::contended_counter
