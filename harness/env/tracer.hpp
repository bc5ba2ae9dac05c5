#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string_view>

#include "shm/futex.hpp"

namespace shmlab::env {

/// What a participant does to shared memory, or with an object of the system.
enum class Operation : std::uint8_t {
  load,
  store,
  exchange,
  compare_exchange,
  fetch_add,
  fetch_sub,
  fetch_or,
  fetch_and,
  get,       ///< of Plain
  set,       ///< of Plain
  copy_in,   ///< a piece of it
  copy_out,  ///< a piece of it
  fence,
  futex_wait,
  futex_wake,
  wait,         ///< of a semaphore, of permits behind a descriptor, or of a condition variable
  post,         ///< of a semaphore, or of permits behind a descriptor
  lock,         ///< of a pthread mutex or read-write lock, a file or a System V semaphore
  unlock,       ///< of the same
  signal,       ///< of a condition variable
  broadcast,    ///< of a condition variable
  send,         ///< of a message, through an object of the system
  receive,      ///< the same
  robust_list,  ///< a change of the thread's own
  pause,
  yield
};

std::string_view to_string(Operation operation);

/// Whether it may change what another participant sees.
constexpr bool changes_memory(Operation operation) {
  switch (operation) {
    case Operation::load:
    case Operation::get:
    case Operation::copy_out:
    case Operation::fence:
    case Operation::futex_wait:
    case Operation::futex_wake:
    case Operation::robust_list:
    case Operation::pause:
    case Operation::yield: return false;
    default: return true;
  }
}

/// One access, before it takes effect.
struct Access {
  Operation operation = Operation::load;
  const void* address = nullptr;  ///< in this process's mapping; nullptr for fence, pause and yield
  std::size_t bytes = 0;
  std::memory_order order = std::memory_order_relaxed;  ///< of a compare_exchange: on success
  std::source_location where;
};

/// Sees every shared access of one thread. What it does in before() is up to it: delay the thread, hand the turn to another participant,
/// end the process, or throw, which ends the body.
class Tracer {
 public:
  Tracer() = default;
  virtual ~Tracer() = default;
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  virtual void before(const Access& access) = 0;
  /// What the access gave: the value read or, of a store, written; of a futex_wake the number of sleepers asked for; of a copy nothing.
  virtual void gave(std::uint64_t /*value*/) {}

  /// Whether participants take turns. Then nobody may sleep in the kernel, and sleep() and wake() stand for it.
  [[nodiscard]] virtual bool takes_turns() const { return false; }
  /// Sleeps until a wake() of the same word; false: a timed sleep whose time passed, which it does when nobody else can run.
  virtual bool sleep(const void* /*word*/, shm::FutexScope /*scope*/, bool /*timed*/) { return true; }
  virtual void wake(const void* /*word*/, std::uint32_t /*count*/, shm::FutexScope /*scope*/) {}
  /// A stand-in for the identity of the calling thread that is the same in every repetition.
  [[nodiscard]] virtual std::uint32_t thread_id() const { return 0; }
};

/// The tracer of the calling thread; nullptr: nobody looks.
inline thread_local Tracer* tracer = nullptr;

/// Sets the tracer of this thread for a scope.
class Traced {
 public:
  explicit Traced(Tracer& by) : before_(tracer) { tracer = &by; }
  ~Traced() { tracer = before_; }
  Traced(const Traced&) = delete;
  Traced& operator=(const Traced&) = delete;

 private:
  Tracer* before_;
};

}  // namespace shmlab::env
