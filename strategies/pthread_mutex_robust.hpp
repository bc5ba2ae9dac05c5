#pragma once

#include <chrono>
#include <new>
#include <optional>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"
#include "env/native_pthread_mutex.hpp"

namespace shmlab::strategies::pthread_mutex_robust {

/// The mutex of the threads library, process-shared and robust: the kernel passes the mutex on when its holder dies, and the next holder is told.
/// lock() that returns owner_died asks the caller to repair the data; the unlock() after it declares them consistent, so that the
/// mutex goes on. A holder who dies before that unlock() leaves the next one owner_died again.
template <class Env>
class PthreadMutexRobust {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_mutex_robust",
      .summary = "process-shared robust POSIX mutex: the next holder learns of a death and unlock() recovers",
      .source = "pthread_mutexattr_setrobust(3), pthread_mutex_consistent(3)",
      .waiting = Waiting::parks,
      // The robust list names what a waiter is about to take: when it dies after a wake, the kernel wakes another in its place
      // (unless a newcomer took the free mutex in that very moment; then a waiter sleeps until the next contended unlock).
      .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected}};

  using Shared = typename Env::PthreadMutex;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { (new (memory) Shared)->create(env::Robustness::robust); }

  PthreadMutexRobust(void* memory, const Config& /*config*/, Participant /*self*/)
      : mutex_(*std::launder(static_cast<Shared*>(memory))) {}

  Acquired lock() {
    const Acquired acquired = mutex_.lock();
    inconsistent_ = acquired == Acquired::owner_died;
    return acquired;
  }
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time) {
    const std::optional<Acquired> acquired = mutex_.lock_until(env::deadline_after(Env::now(), time));
    inconsistent_ = acquired == Acquired::owner_died;
    return acquired;
  }
  void unlock() {
    if (inconsistent_) {
      mutex_.make_consistent();
      inconsistent_ = false;
    }
    mutex_.unlock();
  }

 private:
  Shared& mutex_;
  bool inconsistent_ = false;  ///< this participant holds the mutex after a death
};

using Plugins = Variants<PthreadMutexRobust>;

}  // namespace shmlab::strategies::pthread_mutex_robust
