#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <source_location>

#include "contract/acquired.hpp"
#include "env/condition_model.hpp"
#include "env/deadline.hpp"
#include "env/model.hpp"
#include "env/native_condition_variable.hpp"
#include "env/traced_mutex.hpp"
#include "env/tracer.hpp"
#include "env/turn_clock.hpp"

namespace shmlab::env {

/// NativeConditionVariable, traced; where there is a model of memory, a model of the condition variable on it.
template <class Env>
class TracedConditionVariable {
 public:
  using Where = std::source_location;
  using Mutex = TracedPthreadMutex<Env>;

  void create() {
    native_.create();
    modelled_.create();
  }
  Acquired wait(Mutex& mutex, Where where = Where::current()) {
    if (model != nullptr) { return modelled_.wait(mutex.modelled_, where); }
    ask(Operation::wait, where);
    if (!takes_turns()) { return native_.wait(mutex.native_); }
    give_and_sleep(mutex, false);
    return mutex.lock(where);
  }
  Waited wait_until(Mutex& mutex, Deadline deadline, Where where = Where::current()) {
    if (model != nullptr) { return modelled_.wait_until(mutex.modelled_, deadline, where); }
    ask(Operation::wait, where);
    if (!takes_turns()) { return native_.wait_until(mutex.native_, deadline); }
    const bool in_time = give_and_sleep(mutex, true);
    if (!in_time) { TurnClock::pass(deadline); }
    return {mutex.lock(where), in_time};
  }
  void signal(Where where = Where::current()) {
    if (model != nullptr) { return modelled_.signal(where); }
    ask(Operation::signal, where);
    if (!takes_turns()) { return native_.signal(); }
    tracer->wake(this, 1, shm::FutexScope::shared);
  }
  void broadcast(Where where = Where::current()) {
    if (model != nullptr) { return modelled_.broadcast(where); }
    ask(Operation::broadcast, where);
    if (!takes_turns()) { return native_.broadcast(); }
    tracer->wake(this, std::numeric_limits<std::uint32_t>::max(), shm::FutexScope::shared);
  }

 private:
  /// In one, since nobody has a turn in between.
  bool give_and_sleep(Mutex& mutex, bool timed) const {
    mutex.give();
    return tracer->sleep(this, shm::FutexScope::shared, timed);
  }
  void ask(Operation operation, const Where& where) const {
    if (tracer != nullptr) {
      tracer->before({operation, this, sizeof(NativeConditionVariable), std::memory_order_seq_cst, where});
    }
  }
  static bool takes_turns() { return tracer != nullptr && tracer->takes_turns(); }

  NativeConditionVariable native_;
  ConditionModel<Env> modelled_;
};

}  // namespace shmlab::env
