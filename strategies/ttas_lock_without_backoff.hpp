#pragma once

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "strategies/ttas_lock.hpp"

namespace shmlab::strategies::ttas_lock_without_backoff {

/// The flag of ttas_lock, looked at after each pause, without keeping away. Everybody who waits sees the flag go free at once and goes for it, so the line changes
/// hands more often, and a waiter is kept waiting for less long.
template <class Env>
class TtasLockWithoutBackoff : public ttas_lock::Flag<Env> {
 public:
  static constexpr Descriptor descriptor{.name = "ttas_lock_without_backoff",
                                         .summary = "test and test-and-set, a look after each pause; not fair",
                                         .source = ttas_lock::source,
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::unaffected}};

  TtasLockWithoutBackoff(void* memory, const Config& /*config*/, Participant /*self*/) : ttas_lock::Flag<Env>(memory) {}

  Acquired lock() {
    Patience<Env> patience;
    return ttas_lock::Flag<Env>::take([&] { patience.poll(); });
  }
};

using Plugins = Variants<TtasLockWithoutBackoff>;

}  // namespace shmlab::strategies::ttas_lock_without_backoff
