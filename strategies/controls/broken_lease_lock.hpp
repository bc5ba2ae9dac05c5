#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

/// A lock that is taken away from whoever holds it for long.
namespace shmlab::strategies::broken_lease_lock {

/// Broken on purpose: who has found the same holder at so many polls takes him for dead. One that was merely stopped, or slow, comes back and
/// believes that it still holds it. A lease needs a fence at what it guards, or a holder that asks before each step whether it has it yet
/// (Kleppmann, How to do distributed locking, 2016).
template <class Env>
class BrokenLeaseLock {
 public:
  static constexpr Descriptor descriptor{.name = "broken_lease_lock",
                                         .summary = "a holder who is not seen to leave is taken for dead, and the lock from him",
                                         .source = "control: a time-out is no proof of a death",
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::recovers},
                                         .caught_by = "schedules"};

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  BrokenLeaseLock(void* memory, const Config& /*config*/, Participant self)
      : shared_(*std::launder(static_cast<Shared*>(memory))), me_(self.index + 1) {}

  Acquired lock() {
    std::uint32_t holder = nobody;
    std::uint32_t seen_again = 0;
    for (Patience<Env> patience;; patience.poll()) {
      std::uint32_t seen = nobody;
      // acquire: pairs with the release in unlock(). relaxed on failure: only compared.
      if (shared_.holder.compare_exchange_strong(seen, me_, std::memory_order_acquire, std::memory_order_relaxed)) {
        return Acquired::clean;
      }
      seen_again = seen == holder ? seen_again + 1 : 0;
      holder = seen;
      // acquire, relaxed: as above. What is wrong: the holder may be alive.
      if (seen_again >= lease &&
          shared_.holder.compare_exchange_strong(seen, me_, std::memory_order_acquire, std::memory_order_relaxed)) {
        return Acquired::owner_died;
      }
    }
  }
  // release: pairs with the acquire in lock()
  void unlock() { shared_.holder.store(nobody, std::memory_order_release); }

 private:
  static constexpr std::uint32_t nobody = 0;
  static constexpr std::uint32_t lease = 6;  ///< polls

  struct Shared {
    typename Env::template Atomic<std::uint32_t> holder{nobody};
  };
  Shared& shared_;
  std::uint32_t me_;
};

using Plugins = Variants<BrokenLeaseLock>;

}  // namespace shmlab::strategies::broken_lease_lock
