#pragma once

#include <cstdint>
#include <optional>
#include <source_location>

#include "env/kernel_lock_model.hpp"
#include "env/model.hpp"
#include "env/tracer.hpp"
#include "env/turn_clock.hpp"

namespace shmlab::env {

/// NativeFileLock, NativeFlock or NativeSysvLock, traced; where there is a model of memory, a model of the lock on it, and no object of the system.
/// Participants that take turns know it by its place in the region.
template <class Env, class Native>
class TracedKernelLock {
 public:
  using Where = std::source_location;
  struct Shared {
    typename Native::Shared native;
    mutable KernelLockModel<Env> modelled;
  };
  static void create(Shared& shared) {
    // In an execution there is nobody to take an object of the system away again.
    if (model == nullptr) { Native::create(shared.native); }
    shared.modelled.create();
  }
  static void retire(const Shared& shared)
    requires requires { Native::retire(shared.native); }
  {
    Native::retire(shared.native);
  }
  static void dispose(const Shared& shared)
    requires requires { Native::dispose(shared.native); }
  {
    Native::dispose(shared.native);
  }

  explicit TracedKernelLock(const Shared& shared) : shared_(shared) {
    if (model == nullptr) { native_.emplace(shared.native); }
  }

  void lock(Where where = Where::current()) {
    if (!native_) { return shared_.modelled.lock(where); }
    Native& native = *native_;
    ask(Operation::lock, where);
    if (!takes_turns()) { return native.lock(); }
    while (!native.try_lock()) {
      tracer->sleep(&shared_, shm::FutexScope::shared, false);
      ask(Operation::lock, where);
    }
  }
  bool lock_until(Deadline deadline, Where where = Where::current())
    requires requires(Native& native) { native.lock_until(deadline); }
  {
    if (!native_) { return shared_.modelled.lock_until(deadline, where); }
    Native& native = *native_;
    ask(Operation::lock, where);
    if (!takes_turns()) { return native.lock_until(deadline); }
    while (!native.try_lock()) {
      if (!tracer->sleep(&shared_, shm::FutexScope::shared, true)) {
        TurnClock::pass(deadline);
        return false;
      }
      ask(Operation::lock, where);
    }
    return true;
  }
  void unlock(Where where = Where::current()) {
    if (!native_) { return shared_.modelled.unlock(where); }
    Native& native = *native_;
    ask(Operation::unlock, where);
    native.unlock();
    if (takes_turns()) { tracer->wake(&shared_, everybody, shm::FutexScope::shared); }
  }

 private:
  static constexpr std::uint32_t everybody = 0x7fff'ffff;

  void ask(Operation operation, const Where& where) const {
    if (tracer != nullptr) { tracer->before({operation, &shared_, sizeof(Shared), std::memory_order_seq_cst, where}); }
  }
  static bool takes_turns() { return tracer != nullptr && tracer->takes_turns(); }

  const Shared& shared_;
  std::optional<Native> native_;  ///< none where executions are explored
};

}  // namespace shmlab::env
