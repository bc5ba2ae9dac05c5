#include "run/audit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/bind.hpp"
#include "catalogue/catalogue.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/error.hpp"
#include "contract/strategy.hpp"
#include "explore/trace.hpp"
#include "run/explore_token.hpp"
#include "run/explored_case.hpp"
#include "scenarios/contended_counter.hpp"

namespace shmlab::run {
namespace {

using catalogue::scenario;
using env::Operation;
using explore::Change;

constexpr std::string_view file = "harness/run/audit_test.cpp";

/// A spin lock whose orders are partly what they must be, partly stronger.
template <class Env>
class CautiousLock {
 public:
  static constexpr Descriptor descriptor{.name = "cautious_lock",
                                         .summary = "for tests",
                                         .source = "none",
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::unaffected}};

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  CautiousLock(void* memory, const Config& /*config*/, Participant /*self*/)
      : flag_(std::launder(static_cast<Shared*>(memory))->flag) {}

  Acquired lock() {
    // acq_rel: stronger than needed, acquire is enough; pairs with the store in unlock()
    while (flag_.exchange(1, std::memory_order_acq_rel) == 1) { Env::yield(); }
    return Acquired::clean;
  }
  void unlock() {
    // seq_cst: stronger than needed, release is enough; pairs with the exchange in lock()
    flag_.store(0, std::memory_order_seq_cst);
    // acquire: not needed at all
    Env::fence(std::memory_order_acquire);
  }

 private:
  struct Shared {
    typename Env::template Atomic<std::uint32_t> flag{0};
  };
  typename Env::template Atomic<std::uint32_t>& flag_;
};

catalogue::StrategyEntry cautious_lock() {
  using In = Scenarios<scenarios::contended_counter::ContendedCounter>;
  catalogue::StrategyEntry entry =
      catalogue::bind_strategies<Variants<CautiousLock>, In, Kind::control>(std::string(file).c_str()).front();
  entry.traced_cases = catalogue::bind_traced<Variants<CautiousLock>, In, Kind::control>().front();
  return entry;
}

const std::vector<const catalogue::ScenarioEntry*>& contended() {
  static const std::vector<const catalogue::ScenarioEntry*> all{&scenario("contended_counter")};
  return all;
}

AuditBudget generous() {
  AuditBudget budget;
  budget.time = std::chrono::minutes(5);
  return budget;
}

const AuditedPart& part(const Audit& audit, Operation operation, Change change) {
  for (const AuditedSite& site : audit.sites) {
    if (site.seen.site.operation != operation) { continue; }
    for (const AuditedPart& one : site.parts) {
      if (one.change == change) { return one; }
    }
  }
  throw std::logic_error("no such part");
}

TEST(AuditTest, TellsWhatIsNeededFromWhatIsStrongerThanNeeded) {
  const catalogue::StrategyEntry lock = cautious_lock();
  const Audit audit = run::audit(lock, contended(), {"operations=1"}, generous());
  EXPECT_TRUE(audit.is_decided());
  ASSERT_EQ(audit.sites.size(), 3U);
  EXPECT_EQ(audit.sites[0].seen.site.file, file);

  const AuditedPart& taken = part(audit, Operation::exchange, Change::order);
  EXPECT_EQ(taken.standing, Standing::not_shown_needed);
  EXPECT_EQ(taken.weakest_that_holds, std::memory_order_acquire);
  ASSERT_EQ(taken.tried.size(), 2U);  // release is not tried: acquire holds
  EXPECT_EQ(taken.tried[0].standing, Standing::needed);
  EXPECT_EQ(taken.tried[1].exhausted, audit.cases.size());

  EXPECT_EQ(part(audit, Operation::store, Change::order).weakest_that_holds, std::memory_order_release);
  EXPECT_EQ(part(audit, Operation::exchange, Change::left_out).standing, Standing::needed);
  EXPECT_EQ(part(audit, Operation::store, Change::left_out).standing, Standing::needed);
  EXPECT_EQ(part(audit, Operation::fence, Change::left_out).standing, Standing::not_shown_needed);
  EXPECT_TRUE(std::ranges::none_of(audit.sites, &AuditedSite::is_needed));
}

TEST(AuditTest, TimeThatIsOverLeavesThingsUndecided) {
  AuditBudget budget = generous();
  budget.time = std::chrono::nanoseconds(0);
  const catalogue::StrategyEntry lock = cautious_lock();
  EXPECT_FALSE(run::audit(lock, contended(), {"operations=2"}, budget).is_decided());
}

TEST(AuditTest, ACaseWithMoreExecutionsIsSearchedInPartAndDecidesNothingElse) {
  AuditBudget budget = generous();
  budget.executions = 3;
  const catalogue::StrategyEntry lock = cautious_lock();
  const Audit audit = run::audit(lock, contended(), {"operations=2"}, budget);
  ASSERT_EQ(audit.cases.size(), 1U);
  EXPECT_FALSE(audit.cases[0].is_small());
  const MutationResult& without_fence = part(audit, Operation::fence, Change::left_out).tried.front();
  EXPECT_EQ(without_fence.exhausted + without_fence.in_part, 1U);
  EXPECT_EQ(part(audit, Operation::store, Change::left_out).standing, Standing::needed);
}

class CatalogueAuditTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (catalogue::strategy("futex_mutex").traced_cases.empty()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  }
  static Audit in_counter(std::string_view name) {
    return run::audit(catalogue::strategy(name), contended(), {"operations=1"}, generous());
  }
};

/// Every counter-example is a word that shows it again, mutation included.
TEST_F(CatalogueAuditTest, WhatIsNeededHasACounterExampleThatReplays) {
  const Audit audit = in_counter("futex_mutex");
  std::size_t replayed = 0;
  for (const AuditedSite& site : audit.sites) {
    EXPECT_EQ(site.seen.site.file, "strategies/futex_mutex.hpp");
    for (const AuditedPart& one : site.parts) {
      for (const MutationResult& result : one.tried) {
        if (result.standing != Standing::needed) { continue; }
        const ExploreOrder order = read_explore_token(explore_token({.strategy = result.finding.strategy,
                                                                     .scenario = result.finding.scenario,
                                                                     .values = result.finding.values,
                                                                     .settings = result.finding.settings,
                                                                     .choices = result.finding.exploration.choices,
                                                                     .commit = {}}));
        if (!order.settings.mutation) {
          ADD_FAILURE() << "the token has no mutation: " << to_string(result.mutation);
          continue;
        }
        EXPECT_EQ(to_string(*order.settings.mutation), to_string(result.mutation));
        const ExploredCase again(*order.strategy, *order.scenario, order.values);
        const explore::Repeated repeated = explore::repeat(again.program(), order.settings, order.choices);
        EXPECT_EQ(repeated.verdict.why, result.finding.exploration.verdict.why);
        EXPECT_FALSE(repeated.trace.empty());
        ++replayed;
      }
    }
  }
  EXPECT_GE(replayed, 8U);
}

TEST_F(CatalogueAuditTest, WhatIsBrokenAsItIsIsNotAudited) {
  const Audit audit = in_counter("broken_futex_mutex_relaxed_unlock");
  ASSERT_FALSE(audit.broken.empty());
  EXPECT_TRUE(audit.broken.front().exploration.verdict.why.starts_with("data race"));
  EXPECT_TRUE(audit.sites.empty());
}

TEST_F(CatalogueAuditTest, ObjectsOfTheSystemAreNoSites) {
  const Audit audit = in_counter("unnamed_semaphore");
  EXPECT_TRUE(audit.broken.empty());
  EXPECT_TRUE(audit.sites.empty());
  EXPECT_TRUE(audit.is_decided());
}

TEST_F(CatalogueAuditTest, RefusesWhatFitsNothing) {
  EXPECT_THROW(in_counter("seqlock"), BadInput);
  EXPECT_THROW(in_counter("named_semaphore"), BadInput);
}

TEST_F(CatalogueAuditTest, NamesWhatItLeavesOut) {
  const std::vector<const catalogue::ScenarioEntry*> both{&scenario("contended_counter"), &scenario("recorded_channel")};
  AuditBudget budget = generous();
  budget.executions = 10;
  const Audit audit = run::audit(catalogue::strategy("unnamed_semaphore"), both, {"operations=1"}, budget);
  ASSERT_EQ(audit.left_out.size(), 1U);
  EXPECT_EQ(audit.left_out.front().scenario->name(), "recorded_channel");
}

}  // namespace
}  // namespace shmlab::run
