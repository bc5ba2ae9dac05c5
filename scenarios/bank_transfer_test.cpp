#include "scenarios/bank_transfer.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/rig.hpp"
#include "scenarios/testing/sanitizer.hpp"

namespace shmlab::scenarios::bank_transfer {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnLock = Rig<BankTransfer, Face::exclusive, FakeLock>;

TEST(BankTransfer, HoldsOnCorrectLocks) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t operations : {1U, 2U, 3U, 200U}) {
      OnLock rig({.participants = participants, .operations = operations});
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      for (const Outcome& outcome : report.outcomes) { EXPECT_EQ(outcome.operations, operations); }
    }
  }
}

TEST(BankTransfer, MovesMoney) {
  OnLock rig({.participants = 2, .operations = 1});
  EXPECT_EQ(rig.run({0}).findings(), "");
  EXPECT_EQ(rig.shared().accounts[0].pockets[0].get() + 1, 0U) << "the first transfer is one from account 0 to account 1";
  EXPECT_EQ(rig.shared().accounts[1].pockets[0].get(), 1U);
}

TEST(BankTransfer, CatchesALockThatDoesNotExclude) {
  if (under_thread_sanitizer) { GTEST_SKIP() << "races on purpose"; }
  for (const std::size_t broken : {0U, 1U}) {
    OnLock rig({.participants = 4, .operations = 1'000'000'000});
    rig.states()[broken].excludes = false;
    EXPECT_NE(rig.run().findings(), "") << "lock " << broken;
  }
}

/// Findings of a lone participant, with something happening when it takes lock `which` for the n-th time.
std::string at(std::size_t which, std::uint64_t when, const std::function<void(OnLock&)>& what) {
  OnLock rig({.participants = 2, .operations = 8});
  rig.states()[which].after_lock = [&](std::uint64_t n) {
    if (n == when) { what(rig); }
    return Acquired::clean;
  };
  return rig.run({0}).findings();
}

TEST(BankTransfer, CatchesMoneyFromNowhere) {
  const auto steal = [](OnLock& rig) { rig.shared().accounts[0].pockets[1].set(99); };
  EXPECT_EQ(at(1, 1, steal), "the total before a transfer is 99, expected 0; ");
}

TEST(BankTransfer, CatchesAnotherOwner) {
  EXPECT_EQ(at(1, 1, [](OnLock& rig) { rig.shared().accounts[1].owner.set(2); }),
            "owner of an account on entry is 2, expected 0; ");
  EXPECT_EQ(at(1, 1, [](OnLock& rig) { rig.shared().accounts[0].owner.set(2); }),
            "owner of an account on leaving is 2, expected 1; ");
}

TEST(BankTransfer, CatchesADeathThatNobodyDied) {
  OnLock rig({.participants = 2, .operations = 4});
  rig.states()[1].after_lock = [](std::uint64_t /*n*/) { return Acquired::owner_died; };
  EXPECT_EQ(rig.run({0}).findings(), check::nobody_died(Acquired::owner_died) + "; ");
}

TEST(BankTransfer, ALostUnlockLeavesEverybodyAsleep) {
  OnLock rig({.participants = 3, .operations = 50});
  rig.states()[1].lost_unlock = 20;
  EXPECT_TRUE(rig.run().stranded);
}

TEST(BankTransfer, TheJudgeWantsTheTotalAndNoOwner) {
  BankTransfer::Shared<HookedEnv> shared{};
  EXPECT_TRUE(BankTransfer::judge<HookedEnv>({}, shared, finished({7, 7})).is_ok());
  shared.accounts[1].owner.set(2);
  EXPECT_EQ(BankTransfer::judge<HookedEnv>({}, shared, finished({7, 7})).why,
            "at the end the owner of an account is 2, expected 0");
  shared.accounts[1].pockets[0].set(5);
  EXPECT_EQ(BankTransfer::judge<HookedEnv>({}, shared, finished({7, 7})).why, "at the end the total is 5, expected 0");
}

}  // namespace
}  // namespace shmlab::scenarios::bank_transfer
