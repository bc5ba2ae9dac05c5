#pragma once

#include <atomic>
#include <cstdint>

#include "contract/acquired.hpp"

namespace shmlab {

/// Lies beside a lock that the kernel gives back when its holder dies, and of which the next holder is not told: says whether somebody is
/// inside. A holder who finds it set comes after one who died there, and may find the data half written.
///
/// The lock orders the mark from holder to holder, as the data. ThreadSanitizer does not see that in calls that it does not know; acquire and release
/// of the mark are there for it.
template <class Env>
class InsideMark {
 public:
  /// The caller has got the lock: clean or owner_died.
  Acquired enter() {
    // acquire: pairs with the release in leave().
    // audit, acquire: the lock has ordered it; see above
    // audit, another look: for who was here before another died in here, which is in no small scenario
    const std::uint32_t found = mark_.load(std::memory_order_acquire);
    // relaxed: the fence orders it.
    mark_.store(inside, std::memory_order_relaxed);
    // release: no later write of the caller comes before the mark, so that a death leaves no half-written data without it. Pairs with the
    // kernel, which gives the lock back after all that the dead did.
    // audit, the fence: executions run the dead in the order of their program
    Env::fence(std::memory_order_release);
    return found == inside ? Acquired::owner_died : Acquired::clean;
  }
  /// The caller is about to give the lock back; the data is whole.
  void leave() {
    // release: pairs with the acquire in enter(); and after all that the holder did, also for a death before the lock is given back.
    // audit, release: the lock has ordered it, and executions run the dead in the order of their program
    mark_.store(outside, std::memory_order_release);
  }

 private:
  enum Mark : std::uint32_t { outside, inside };

  typename Env::template Atomic<std::uint32_t> mark_{outside};
};

}  // namespace shmlab
