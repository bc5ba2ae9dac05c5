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

using Plugins = Variants<PthreadMutex>;

}  // namespace shmlab::strategies::pthread_mutex
