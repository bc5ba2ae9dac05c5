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

namespace shmlab::strategies::pthread_mutex {

/// The mutex of the threads library, process-shared, otherwise as it comes.
template <class Env>
class PthreadMutex {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_mutex",
      .summary = "process-shared POSIX mutex of the default kind",
      .source = "pthread_mutexattr_setpshared(3), pthread_mutex_lock(3)",
      .waiting = Waiting::parks,
      // Nobody unlocks for the dead; a wake that reached a waiter who dies before taking the mutex is gone too.
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks}};

  using Shared = typename Env::PthreadMutex;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { (new (memory) Shared)->create(env::Robustness::stalled); }

  PthreadMutex(void* memory, const Config& /*config*/, Participant /*self*/)
      : mutex_(*std::launder(static_cast<Shared*>(memory))) {}

  Acquired lock() { return mutex_.lock(); }
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time) {
    return mutex_.lock_until(env::deadline_after(Env::now(), time));
  }
  void unlock() { mutex_.unlock(); }

 private:
  Shared& mutex_;
};

/// The same, robust: the kernel passes the mutex on when its holder dies, and the next holder is told.
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

/// The mutex of the default kind, except that who finds it held looks for a while whether that changes, and sleeps then.
template <class Env>
class PthreadMutexAdaptive : public PthreadMutex<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_mutex_adaptive",
      .summary =
          "process-shared POSIX mutex that spins before it sleeps, for as long as earlier waits took (PTHREAD_MUTEX_ADAPTIVE_NP)",
      .source = "GNU C Library manual, POSIX Thread Tunables, glibc.pthread.mutex_spin_count",
      .waiting = Waiting::spins_then_parks,
      .contract = PthreadMutex<Env>::descriptor.contract};

  using typename PthreadMutex<Env>::Shared;
  static void create(void* memory, const Config& /*config*/) {
    (new (memory) Shared)->create(env::Robustness::stalled, env::Inheritance::none, env::Contention::spins_first);
  }
  using PthreadMutex<Env>::PthreadMutex;
};

inline constexpr const char* inheritance_source =
    "pthread_mutexattr_setprotocol(3p); futex(2), FUTEX_LOCK_PI; Sha, Rajkumar, Lehoczky, Priority Inheritance Protocols, IEEE "
    "Transactions "
    "on Computers 39(9), 1990";

/// The mutex of the default kind whose holder runs with the priority of whoever waits for it: the kernel hands it over.
template <class Env>
class PthreadMutexPi : public PthreadMutex<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_mutex_pi",
      .summary = "process-shared POSIX mutex with priority inheritance: every contended unlock hands it over in the kernel",
      .source = inheritance_source,
      .waiting = Waiting::parks,
      // The kernel hands the mutex of the dead to a waiter, whom an assertion of glibc then ends; newcomers wait for ever. A waiter may
      // have become the holder, without knowing, when it dies.
      .contract = {.holder = OnDeath::aborts, .waiter = OnDeath::aborts}};

  using typename PthreadMutex<Env>::Shared;
  static void create(void* memory, const Config& /*config*/) {
    (new (memory) Shared)->create(env::Robustness::stalled, env::Inheritance::priority);
  }
  using PthreadMutex<Env>::PthreadMutex;
};

/// The robust mutex with priority inheritance.
template <class Env>
class PthreadMutexPiRobust : public PthreadMutexRobust<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_mutex_pi_robust",
      .summary = "process-shared robust POSIX mutex with priority inheritance: the kernel hands it over, from the dead as well",
      .source = inheritance_source,
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected}};

  using typename PthreadMutexRobust<Env>::Shared;
  static void create(void* memory, const Config& /*config*/) {
    (new (memory) Shared)->create(env::Robustness::robust, env::Inheritance::priority);
  }
  using PthreadMutexRobust<Env>::PthreadMutexRobust;
};

using Plugins = Variants<PthreadMutex, PthreadMutexAdaptive, PthreadMutexRobust, PthreadMutexPi, PthreadMutexPiRobust>;

}  // namespace shmlab::strategies::pthread_mutex
