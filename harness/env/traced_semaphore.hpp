#pragma once

#include <cstdint>
#include <source_location>

#include "env/model.hpp"
#include "env/native_named_semaphore.hpp"
#include "env/native_semaphore.hpp"
#include "env/semaphore_model.hpp"
#include "env/tracer.hpp"
#include "env/turn_clock.hpp"

namespace shmlab::env {

/// wait() and post() of a semaphore under the tracer of the calling thread. `object` is what participants that take turns know it by.
template <class Native>
class TracedPermits {
 public:
  using Where = std::source_location;

  static void wait(Native& semaphore, const void* object, const Where& where) {
    ask(Operation::wait, object, where);
    if (!takes_turns()) { return semaphore.wait(); }
    while (!semaphore.try_wait()) {
      tracer->sleep(object, shm::FutexScope::shared, false);
      ask(Operation::wait, object, where);
    }
  }
  static bool wait_until(Native& semaphore, const void* object, Deadline deadline, const Where& where) {
    ask(Operation::wait, object, where);
    if (!takes_turns()) { return semaphore.wait_until(deadline); }
    while (!semaphore.try_wait()) {
      if (!tracer->sleep(object, shm::FutexScope::shared, true)) {
        TurnClock::pass(deadline);
        return false;
      }
      ask(Operation::wait, object, where);
    }
    return true;
  }
  static void post(Native& semaphore, const void* object, const Where& where) {
    ask(Operation::post, object, where);
    semaphore.post();
    if (takes_turns()) { tracer->wake(object, 1, shm::FutexScope::shared); }
  }

 private:
  static void ask(Operation operation, const void* object, const Where& where) {
    if (tracer != nullptr) { tracer->before({operation, object, sizeof(Native), std::memory_order_seq_cst, where}); }
  }
  static bool takes_turns() { return tracer != nullptr && tracer->takes_turns(); }
};

/// NativeSemaphore, traced; where there is a model of memory, a model of the semaphore on it.
template <class Env>
class TracedSemaphore {
 public:
  using Where = std::source_location;
  void create(std::uint32_t permits) {
    native_.create(permits);
    modelled_.create(permits);
  }
  void wait(Where where = Where::current()) {
    if (model != nullptr) { return modelled_.wait(where); }
    TracedPermits<NativeSemaphore>::wait(native_, this, where);
  }
  bool wait_until(Deadline deadline, Where where = Where::current()) {
    if (model != nullptr) { return modelled_.wait_until(deadline, where); }
    return TracedPermits<NativeSemaphore>::wait_until(native_, this, deadline, where);
  }
  void post(Where where = Where::current()) {
    if (model != nullptr) { return modelled_.post(where); }
    TracedPermits<NativeSemaphore>::post(native_, this, where);
  }

 private:
  NativeSemaphore native_;
  SemaphoreModel<Env> modelled_;
};

/// NativeNamedSemaphore, traced. Participants that take turns know it by its name's place in the region. It has no model: its name is a file.
class TracedNamedSemaphore {
 public:
  using Where = std::source_location;
  using Shared = NativeNamedSemaphore::Shared;
  static void create(Shared& shared, std::uint32_t permits) { NativeNamedSemaphore::create(shared, permits); }
  static void retire(const Shared& shared) { NativeNamedSemaphore::retire(shared); }
  explicit TracedNamedSemaphore(const Shared& shared) : native_(shared), object_(&shared) {}

  void wait(Where where = Where::current()) { TracedPermits<NativeNamedSemaphore>::wait(native_, object_, where); }
  bool wait_until(Deadline deadline, Where where = Where::current()) {
    return TracedPermits<NativeNamedSemaphore>::wait_until(native_, object_, deadline, where);
  }
  void post(Where where = Where::current()) { TracedPermits<NativeNamedSemaphore>::post(native_, object_, where); }

 private:
  NativeNamedSemaphore native_;
  const void* object_;
};

}  // namespace shmlab::env
