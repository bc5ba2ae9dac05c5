#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <source_location>

#include "env/deadline.hpp"
#include "env/tracer.hpp"
#include "shm/futex.hpp"

namespace shmlab::env {

/// How a read-modify-write makes the new value from the old one.
enum class Update : std::uint8_t { exchange, add, subtract, bit_or, bit_and };

/// The value that `update` writes where it reads `old`, in a word of `bytes` bytes; sums wrap around.
constexpr std::uint64_t updated(Update update, std::uint64_t old, std::uint64_t operand, std::uint32_t bytes) {
  const std::uint64_t all = bytes >= sizeof old ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * bytes)) - 1;
  switch (update) {
    case Update::exchange: return operand & all;
    case Update::add: return (old + operand) & all;
    case Update::subtract: return (old - operand) & all;
    case Update::bit_or: return old | operand;
    case Update::bit_and: return old & operand;
  }
  return old;
}

/// An atomic of at most 8 bytes. The bytes at its address hold its first value until the execution is over, and then its last one.
struct AtomicWord {
  void* address = nullptr;
  std::uint32_t bytes = 0;
};

/// Bits of a robust futex word beside the thread_id() of its holder (linux/futex.h).
inline constexpr std::uint32_t futex_waiters = 0x8000'0000;
inline constexpr std::uint32_t futex_owner_died = 0x4000'0000;
inline constexpr std::uint32_t futex_tid_mask = 0x3fff'ffff;

/// Stands in for memory, kernel and clock where executions are explored: what the operations of TracedEnv mean. Values are passed as the
/// bytes of the object in the low end of a word. An operation may throw, which ends the body of the participant.
class Model {
 public:
  using Where = std::source_location;

  Model() = default;
  virtual ~Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  virtual std::uint64_t load(AtomicWord word, std::memory_order order, const Where& where) = 0;
  virtual void store(AtomicWord word, std::uint64_t desired, std::memory_order order, const Where& where) = 0;
  /// Returns the value that it read.
  virtual std::uint64_t update(AtomicWord word, Update update, std::uint64_t operand, std::memory_order order,
                               const Where& where) = 0;
  /// Whether it wrote; else `expected` becomes what it read. A weak one may fail although it read the expected value.
  virtual bool compare_exchange(AtomicWord word, std::uint64_t& expected, std::uint64_t desired, std::memory_order success,
                                std::memory_order failure, bool weak, const Where& where) = 0;
  virtual void fence(std::memory_order order, const Where& where) = 0;
  /// An access to ordinary memory (get, set, a word of copy_in or copy_out), which takes place when this has returned.
  virtual void access_plain(Operation operation, const void* address, std::uint32_t bytes, const Where& where) = 0;
  /// Between two looks of a waiting loop: `pause` or `yield`.
  virtual void poll(Operation operation, const Where& where) = 0;
  virtual Deadline now() = 0;
  /// false: the deadline has passed, and nobody woke the caller.
  virtual bool futex_wait(AtomicWord word, std::uint32_t expected, std::optional<Deadline> deadline, shm::FutexScope scope,
                          const Where& where) = 0;
  virtual void futex_wake(AtomicWord word, std::uint32_t count, shm::FutexScope scope, const Where& where) = 0;
  [[nodiscard]] virtual std::uint32_t thread_id() const = 0;
  /// What the caller does until return_to_source() is no operation of the source: it stands for an object of the system, or for the first value
  /// of an atomic. Such calls nest.
  virtual void leave_source() = 0;
  virtual void return_to_source() = 0;

  /// Until leave_kernel() the caller is in a system call, which is whole or has not begun when it dies: it may die before this, and in a sleep.
  /// Such calls do not nest.
  virtual void enter_kernel(Operation operation, const void* object, const Where& where) = 0;
  virtual void leave_kernel() = 0;

  /// The robust list of the caller (set_robust_list(2), Linux Documentation/locking/robust-futexes.rst): futex words that hold its thread_id().
  /// When it dies the kernel marks them, and wakes a sleeper. The pending word, if any, is one that it is about to take or to give.
  virtual void robust_pending(std::optional<AtomicWord> word, const Where& where) = 0;
  virtual void robust_add(AtomicWord word, const Where& where) = 0;
  virtual void robust_remove(AtomicWord word, const Where& where) = 0;
};

/// The model of the calling thread; nullptr: nothing is explored now.
inline thread_local Model* model = nullptr;

/// Sets the model of this thread for a scope.
class Modelled {
 public:
  explicit Modelled(Model* by) : before_(model) { model = by; }
  ~Modelled() { model = before_; }
  Modelled(const Modelled&) = delete;
  Modelled& operator=(const Modelled&) = delete;

 private:
  Model* before_;
};

/// Tells the model of the calling thread so, for a scope.
class OutsideSource {
 public:
  OutsideSource() {
    if (model != nullptr) { model->leave_source(); }
  }
  ~OutsideSource() {
    if (model != nullptr) { model->return_to_source(); }
  }
  OutsideSource(const OutsideSource&) = delete;
  OutsideSource& operator=(const OutsideSource&) = delete;
};

/// Where there is a model: the caller is in a system call, for a scope.
class InKernel {
 public:
  InKernel(Operation operation, const void* object, const std::source_location& where) {
    model->enter_kernel(operation, object, where);
  }
  ~InKernel() { model->leave_kernel(); }
  InKernel(const InKernel&) = delete;
  InKernel& operator=(const InKernel&) = delete;

 private:
  const OutsideSource call_;
};

/// Where there is a model: what an atomic is constructed with.
inline void store_first_value(AtomicWord word, std::uint64_t value, const std::source_location& where) {
  const OutsideSource call;
  // relaxed: who hands the object to others orders that
  model->store(word, value, std::memory_order_relaxed, where);
}

}  // namespace shmlab::env
