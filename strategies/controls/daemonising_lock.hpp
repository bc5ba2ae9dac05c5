#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "env/daemon.hpp"

namespace shmlab::strategies::daemonising_lock {

/// Broken on purpose: a lock that excludes, and whose first participant leaves a daemon behind, as a library with a broker of its own
/// might. It outlives the case, and whoever asks it to go.
template <class Env>
class DaemonisingLock {
 public:
  static constexpr Descriptor descriptor{.name = "daemonising_lock",
                                         .summary = "lock that leaves a daemon behind",
                                         .source = "control: daemon(7), SysV daemons",
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::unaffected},
                                         .caught_by = "supervisor"};
  static constexpr bool is_opaque = true;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  DaemonisingLock(void* memory, const Config& /*config*/, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))) {
    // relaxed: only who is first matters
    if (shared_.has_daemon.exchange(1, std::memory_order_relaxed) == 0) { env::leave_daemon(); }
  }

  Acquired lock() {
    // acquire: pairs with the release in unlock()
    for (Patience<Env> patience; shared_.flag.exchange(1, std::memory_order_acquire) != 0;) { patience.poll(); }
    return Acquired::clean;
  }
  // release: pairs with the acquire in lock()
  void unlock() { shared_.flag.store(0, std::memory_order_release); }

 private:
  struct Shared {
    typename Env::template Atomic<std::uint32_t> flag{0};
    typename Env::template Atomic<std::uint32_t> has_daemon{0};
  };

  Shared& shared_;
};

using Plugins = Variants<DaemonisingLock>;

}  // namespace shmlab::strategies::daemonising_lock
