#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>

#include "env/model.hpp"
#include "env/testing/killer.hpp"
#include "env/traced_env.hpp"
#include "env/tracer.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::env {
namespace {

using E = TracedEnv;
using shm::testing::Child;

/// Takes turns, with itself.
class Alone final : public Tracer {
 public:
  void before(const Access& access) override { robust_changes += access.operation == Operation::robust_list ? 1 : 0; }
  [[nodiscard]] bool takes_turns() const override { return true; }
  std::uint32_t robust_changes = 0;
};

void take_and_give(E::RobustWord& word) {
  // relaxed, throughout: nobody else is there
  E::robust_pending(&word);
  word.word.store(E::thread_id(), std::memory_order_relaxed);
  E::robust_add(word);
  E::robust_pending(nullptr);
  E::robust_pending(&word);
  E::robust_remove(word);
  word.word.store(0, std::memory_order_relaxed);
  E::robust_pending(nullptr);
}

/// Wherever it dies, the word is free afterwards, and marked exactly where it was held.
TEST(TracedRobustListTest, NoDeathLeavesTheWordHeld) {
  shm::Region region = shm::Region::create({.kind = shm::RegionKind::memfd, .payload_bytes = sizeof(E::RobustWord)});
  auto& word = *reinterpret_cast<E::RobustWord*>(region.payload());
  constexpr std::uint32_t accesses = 8;
  constexpr std::uint32_t held_from = 2;  // the accesses before which it is held
  constexpr std::uint32_t held_until = 6;
  for (std::uint32_t fatal = 0; fatal <= accesses; ++fatal) {
    word.word.store(0, std::memory_order_relaxed);  // relaxed: the child comes later
    Child child([&] {
      testing::Killer killer(fatal);
      const Traced traced(killer);
      take_and_give(word);
      return 0;
    });
    EXPECT_EQ(child.wait(), fatal < accesses ? Child::killed : 0);
    const bool held = fatal >= held_from && fatal <= held_until;
    // relaxed: the child is gone
    EXPECT_EQ(word.word.load(std::memory_order_relaxed), held ? futex_owner_died : 0U) << "before access " << fatal;
  }
}

TEST(TracedRobustListTest, TheKernelKnowsNothingOfWhoTakesTurns) {
  E::RobustWord word;
  Alone alone;
  {
    const Traced traced(alone);
    take_and_give(word);
    E::robust_add(word);
  }
  EXPECT_EQ(alone.robust_changes, 0U);
  EXPECT_EQ(word.links.before, nullptr);
}

}  // namespace
}  // namespace shmlab::env
