#pragma once

#include "contract/acquired.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/fcntl_lock.hpp"

/// The lock that the kernel gives back at a death, used as if that were all.
namespace shmlab::strategies::broken_fcntl_lock {

/// Broken on purpose: nobody asks the mark beside the lock. The kernel hands the lock over when its holder dies, and whoever gets it takes a record
/// that is half written for whole.
template <class Env>
class BrokenFcntlLockSilent : public fcntl_lock::FcntlLock<Env> {
 public:
  static constexpr Descriptor descriptor{.name = "broken_fcntl_lock_silent",
                                         .summary = "lock on an open file description: after a death the next holder is not told",
                                         .source = "control: fcntl(2), locks are released when the last descriptor is closed",
                                         .waiting = Waiting::parks,
                                         .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected},
                                         .caught_by = "explorer"};
  using fcntl_lock::FcntlLock<Env>::FcntlLock;

  Acquired lock() {
    fcntl_lock::FcntlLock<Env>::lock();
    return Acquired::clean;
  }
};

using Plugins = Variants<BrokenFcntlLockSilent>;

}  // namespace shmlab::strategies::broken_fcntl_lock
