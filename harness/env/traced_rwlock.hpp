#pragma once

#include <cstdint>
#include <source_location>

#include "env/model.hpp"
#include "env/native_pthread_rwlock.hpp"
#include "env/rwlock_model.hpp"
#include "env/tracer.hpp"
#include "env/turn_clock.hpp"

namespace shmlab::env {

/// NativePthreadRwlock, traced; where there is a model of memory, a model of the lock on it. Who takes turns only tries, so that there no writer is
/// ever preferred.
template <class Env>
class TracedPthreadRwlock {
 public:
  using Where = std::source_location;
  void create(Preference preference) {
    native_.create(preference);
    modelled_.create(preference);
  }

  void lock(Where where = Where::current()) {
    if (model != nullptr) { return modelled_.lock(where); }
    ask(Operation::lock, where);
    if (!takes_turns()) { return native_.lock(); }
    while (!native_.try_lock()) { sleep(Operation::lock, where); }
  }
  bool lock_until(Deadline deadline, Where where = Where::current()) {
    if (model != nullptr) { return modelled_.lock_until(deadline, where); }
    ask(Operation::lock, where);
    if (!takes_turns()) { return native_.lock_until(deadline); }
    while (!native_.try_lock()) {
      if (!tracer->sleep(this, shm::FutexScope::shared, true)) {
        TurnClock::pass(deadline);
        return false;
      }
      ask(Operation::lock, where);
    }
    return true;
  }
  void lock_shared(Where where = Where::current()) {
    if (model != nullptr) { return modelled_.lock_shared(where); }
    ask(Operation::lock, where);
    if (!takes_turns()) { return native_.lock_shared(); }
    while (!native_.try_lock_shared()) { sleep(Operation::lock, where); }
  }
  void unlock(Where where = Where::current()) {
    if (model != nullptr) { return modelled_.unlock(where); }
    ask(Operation::unlock, where);
    native_.unlock();
    if (takes_turns()) { tracer->wake(this, everybody, shm::FutexScope::shared); }
  }

 private:
  static constexpr std::uint32_t everybody = 0x7fff'ffff;

  void ask(Operation operation, const Where& where) const {
    if (tracer != nullptr) { tracer->before({operation, this, sizeof(NativePthreadRwlock), std::memory_order_seq_cst, where}); }
  }
  /// Until somebody gives it back, and then asks again.
  void sleep(Operation operation, const Where& where) const {
    tracer->sleep(this, shm::FutexScope::shared, false);
    ask(operation, where);
  }
  static bool takes_turns() { return tracer != nullptr && tracer->takes_turns(); }

  NativePthreadRwlock native_;
  RwlockModel<Env> modelled_;
};

}  // namespace shmlab::env
