#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/robust_seqlock.hpp"

/// The robust seqlock with its repair wrong.
namespace shmlab::strategies::broken_robust_seqlock {

/// Broken on purpose: a writer adds one to the number before and after each write, also where a dead writer has left it odd; it has to be
/// rounded up to even first. From then on the number is even during writes, and odd between them: readers take mixtures for whole, and a
/// second death during a write leaves one for good.
template <class Env>
class BrokenRobustSeqlockNaiveRestart : public robust_seqlock::RobustSeqlock<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "broken_robust_seqlock_naive_restart",
      .summary = "robust seqlock whose next writer goes on from an odd number as from an even one: mixtures pass for whole",
      .source = "control: the parity of a sequence number after a death",
      .waiting = Waiting::spins,
      .contract = {.waiter = OnDeath::unaffected, .writer = OnDeath::unaffected, .reader = OnDeath::unaffected},
      .caught_by = "explorer"};
  using robust_seqlock::RobustSeqlock<Env>::RobustSeqlock;

  void publish(std::span<const std::byte> value) {
    this->take_word();
    // What is missing is the question whether the number is odd.
    const std::uint64_t before = this->number();
    // relaxed: the fence orders it before the words.
    this->sequence_.store(before + 1, std::memory_order_relaxed);
    // release: pairs with the acquire fence in read().
    Env::fence(std::memory_order_release);
    this->words_.store(value);
    // release: pairs with the acquire in read().
    this->sequence_.store(before + 2, std::memory_order_release);
    this->step_down();
  }
};

using Plugins = Variants<BrokenRobustSeqlockNaiveRestart>;

}  // namespace shmlab::strategies::broken_robust_seqlock
