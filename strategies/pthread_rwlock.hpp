#pragma once

#include <chrono>
#include <new>
#include <optional>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"
#include "env/native_pthread_rwlock.hpp"

namespace shmlab::strategies::pthread_rwlock {

// Nobody unlocks for the dead, whether they wrote or read; and a wake that reached one who dies before taking the lock is gone too. Who waits
// sleeps, but polls while the lock is being handed over (glibc, nptl/pthread_rwlock_common.c): for ever, when a writer dies in that.
inline constexpr DeathContract contract{.holder = OnDeath::blocks, .waiter = OnDeath::blocks, .reader = OnDeath::blocks};

/// The read-write lock of the threads library, process-shared, otherwise as it comes: readers go in beside readers although writers wait, so that
/// readers that follow each other keep writers out for as long as they do.
template <class Env>
class PthreadRwlock {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_rwlock",
      .summary = "process-shared POSIX read-write lock of the default kind, which prefers readers",
      .source = "pthread_rwlock_rdlock(3p), pthread_rwlockattr_setkind_np(3)",
      .waiting = Waiting::spins_then_parks,
      .contract = contract};

  using Shared = typename Env::PthreadRwlock;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { (new (memory) Shared)->create(env::Preference::readers); }

  PthreadRwlock(void* memory, const Config& /*config*/, Participant /*self*/)
      : rwlock_(*std::launder(static_cast<Shared*>(memory))) {}

  Acquired lock() {
    rwlock_.lock();
    return Acquired::clean;
  }
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time) {
    return rwlock_.lock_until(env::deadline_after(Env::now(), time)) ? std::optional(Acquired::clean) : std::nullopt;
  }
  void unlock() { rwlock_.unlock(); }

  Acquired lock_shared() {
    rwlock_.lock_shared();
    return Acquired::clean;
  }
  void unlock_shared() { rwlock_.unlock(); }

 private:
  Shared& rwlock_;
};

using Plugins = Variants<PthreadRwlock>;

}  // namespace shmlab::strategies::pthread_rwlock
