#pragma once

#include <optional>
#include <source_location>

#include "contract/acquired.hpp"
#include "env/model.hpp"
#include "env/mutex_model.hpp"
#include "env/native_pthread_mutex.hpp"
#include "env/tracer.hpp"
#include "env/turn_clock.hpp"

namespace shmlab::env {

/// NativePthreadMutex, traced; where there is a model of memory, a model of the mutex on it, in which nobody spins before he sleeps.
template <class Env>
class TracedPthreadMutex {
 public:
  using Where = std::source_location;
  void create(Robustness robustness, Inheritance inheritance = Inheritance::none, Contention contention = Contention::sleeps) {
    native_.create(robustness, inheritance, contention);
    modelled_.create(robustness, inheritance);
  }

  Acquired lock(Where where = Where::current()) {
    if (model != nullptr) { return modelled_.lock(where); }
    ask(Operation::lock, where);
    if (!takes_turns()) { return native_.lock(); }
    for (;;) {
      if (const auto acquired = native_.try_lock()) { return *acquired; }
      tracer->sleep(this, shm::FutexScope::shared, false);
      ask(Operation::lock, where);
    }
  }
  std::optional<Acquired> lock_until(Deadline deadline, Where where = Where::current()) {
    if (model != nullptr) { return modelled_.lock_until(deadline, where); }
    ask(Operation::lock, where);
    if (!takes_turns()) { return native_.lock_until(deadline); }
    for (;;) {
      if (const auto acquired = native_.try_lock()) { return acquired; }
      if (!tracer->sleep(this, shm::FutexScope::shared, true)) {
        TurnClock::pass(deadline);
        return std::nullopt;
      }
      ask(Operation::lock, where);
    }
  }
  void make_consistent() {
    if (model != nullptr) { return modelled_.make_consistent(); }
    native_.make_consistent();
  }
  void unlock(Where where = Where::current()) {
    if (model != nullptr) { return modelled_.unlock(where); }
    ask(Operation::unlock, where);
    give();
  }

 private:
  template <class>
  friend class TracedConditionVariable;

  void give() {
    native_.unlock();
    if (takes_turns()) { tracer->wake(this, 1, shm::FutexScope::shared); }
  }
  void ask(Operation operation, const Where& where) const {
    if (tracer != nullptr) { tracer->before({operation, this, sizeof(NativePthreadMutex), std::memory_order_seq_cst, where}); }
  }
  static bool takes_turns() { return tracer != nullptr && tracer->takes_turns(); }

  NativePthreadMutex native_;
  MutexModel<Env> modelled_;
};

}  // namespace shmlab::env
