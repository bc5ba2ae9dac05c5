#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "strategies/seqlock.hpp"

namespace shmlab::strategies::racy_seqlock {

/// Broken on purpose: the seqlock whose readers wait for the writer to finish, but never look whether it began again while they copied.
template <class Env>
class RacySeqlock : public seqlock::Seqlock<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "racy_seqlock",
      .summary = "seqlock without the second check: a write during the copy goes unnoticed",
      .source = "control: Seqlock without its validation",
      .limits = {.writers = 1},
      .waiting = Waiting::spins,
      .contract = {.waiter = OnDeath::unaffected, .writer = OnDeath::blocks, .reader = OnDeath::unaffected},
      .caught_by = "invariant"};

  using seqlock::Seqlock<Env>::Seqlock;

  std::uint64_t read(std::span<std::byte> into) {
    Patience<Env> patience;
    std::uint64_t retries = 0;
    // acquire: pairs with the release store at the end of publish(); what is missing is the check after the copy.
    while (!this->is_whole(this->sequence_.load(std::memory_order_acquire))) {
      ++retries;
      patience.poll();
    }
    this->load_words(into);
    return retries;
  }
};

using Plugins = Variants<RacySeqlock>;

}  // namespace shmlab::strategies::racy_seqlock
