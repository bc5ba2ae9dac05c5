#pragma once

#include "contract/descriptor.hpp"
#include "contract/marked_file_lock.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::flock_lock {

/// A lock of flock(2), with a mark beside it.
template <class Env>
class FlockLock : public MarkedFileLock<Env, typename Env::Flock> {
 public:
  static constexpr Descriptor descriptor{.name = "flock_lock",
                                         .summary = "flock(2) on a file, and a mark that tells the next holder of a death",
                                         .source = "flock(2), LOCK_EX",
                                         .waiting = Waiting::parks,
                                         .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected}};
  using MarkedFileLock<Env, typename Env::Flock>::MarkedFileLock;
};

using Plugins = Variants<FlockLock>;

}  // namespace shmlab::strategies::flock_lock
