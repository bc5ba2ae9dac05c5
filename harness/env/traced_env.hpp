#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>

#include "env/model.hpp"
#include "env/native_env.hpp"
#include "env/traced_condition_variable.hpp"
#include "env/traced_kernel_lock.hpp"
#include "env/traced_kernel_permits.hpp"
#include "env/traced_messages.hpp"
#include "env/traced_mutex.hpp"
#include "env/traced_rwlock.hpp"
#include "env/traced_semaphore.hpp"
#include "env/tracer.hpp"
#include "env/turn_clock.hpp"

namespace shmlab::env {

/// NativeEnv, where somebody looks on. The model of the calling thread, if there is one, says what each operation means; else the tracer of
/// the calling thread is asked before each shared access, which then takes place.
/// What is not an access of Env (a body's own loop, plain memory) is not seen.
struct TracedEnv {
  /// Polls give the turn away at once: where somebody looks on there is nothing to win by keeping the CPU.
  static constexpr std::uint32_t spin_limit = 0;

  using Where = std::source_location;

  template <class T>
  class Atomic {
   public:
    constexpr Atomic() = default;
    /// A participant that constructs objects while others run stores their first values.
    constexpr explicit Atomic(T initial, Where where = Where::current()) : value_(initial) {
      if (!std::is_constant_evaluated() && model != nullptr) { store_first_value(word(), to_bits(initial), where); }
    }
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    [[nodiscard]] T load(std::memory_order order, Where where = Where::current()) const {
      if (model != nullptr) { return from_bits<T>(model->load(word(), order, where)); }
      ask(Operation::load, order, where);
      return give(value_.load(order));
    }
    void store(T desired, std::memory_order order, Where where = Where::current()) {
      if (model != nullptr) { return model->store(word(), to_bits(desired), order, where); }
      ask(Operation::store, order, where);
      value_.store(desired, order);
      give(desired);
    }
    T exchange(T desired, std::memory_order order, Where where = Where::current()) {
      if (model != nullptr) { return update(Update::exchange, desired, order, where); }
      ask(Operation::exchange, order, where);
      return give(value_.exchange(desired, order));
    }
    bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure,
                                 Where where = Where::current()) {
      if (model != nullptr) { return compare_exchange(expected, desired, {success, failure, false}, where); }
      ask(Operation::compare_exchange, success, where);
      const bool done = value_.compare_exchange_strong(expected, desired, success, failure);
      give(done ? desired : expected);
      return done;
    }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure,
                               Where where = Where::current()) {
      if (model != nullptr) { return compare_exchange(expected, desired, {success, failure, true}, where); }
      return compare_exchange_strong(expected, desired, success, failure, where);
    }
    T fetch_add(T operand, std::memory_order order, Where where = Where::current()) {
      if (model != nullptr) { return update(Update::add, operand, order, where); }
      ask(Operation::fetch_add, order, where);
      return give(value_.fetch_add(operand, order));
    }
    T fetch_sub(T operand, std::memory_order order, Where where = Where::current()) {
      if (model != nullptr) { return update(Update::subtract, operand, order, where); }
      ask(Operation::fetch_sub, order, where);
      return give(value_.fetch_sub(operand, order));
    }
    T fetch_or(T operand, std::memory_order order, Where where = Where::current()) {
      if (model != nullptr) { return update(Update::bit_or, operand, order, where); }
      ask(Operation::fetch_or, order, where);
      return give(value_.fetch_or(operand, order));
    }
    T fetch_and(T operand, std::memory_order order, Where where = Where::current()) {
      if (model != nullptr) { return update(Update::bit_and, operand, order, where); }
      ask(Operation::fetch_and, order, where);
      return give(value_.fetch_and(operand, order));
    }

   private:
    friend struct TracedEnv;
    struct Orders {
      std::memory_order success;
      std::memory_order failure;
      bool weak;
    };

    void ask(Operation operation, std::memory_order order, const Where& where) const {
      before({operation, &value_, sizeof(T), order, where});
    }
    [[nodiscard]] AtomicWord word() const { return {&value_, sizeof(T)}; }
    T update(Update how, T operand, std::memory_order order, const Where& where) {
      return from_bits<T>(model->update(word(), how, to_bits(operand), order, where));
    }
    bool compare_exchange(T& expected, T desired, Orders orders, const Where& where) {
      std::uint64_t found = to_bits(expected);
      const bool done =
          model->compare_exchange(word(), found, to_bits(desired), orders.success, orders.failure, orders.weak, where);
      expected = from_bits<T>(found);
      return done;
    }

    mutable NativeEnv::Atomic<T> value_{};  ///< a model writes the last value of an execution into it
  };

  template <class T>
  class Plain {
   public:
    [[nodiscard]] T get(Where where = Where::current()) const {
      before_plain(Operation::get, &value_, sizeof(T), where);
      return give(value_.get());
    }
    void set(T value, Where where = Where::current()) {
      before_plain(Operation::set, &value_, sizeof(T), where);
      value_.set(value);
      give(value);
    }

   private:
    NativeEnv::Plain<T> value_{};
  };

  /// Copies go piece by piece, so that another participant can be in between.
  static void copy_in(void* shared, const void* local, std::size_t bytes, Where where = Where::current()) {
    in_pieces(bytes, [&](std::size_t at, std::size_t piece) {
      before_plain(Operation::copy_in, static_cast<std::byte*>(shared) + at, piece, where);
      NativeEnv::copy_in(static_cast<std::byte*>(shared) + at, static_cast<const std::byte*>(local) + at, piece);
    });
  }
  static void copy_out(void* local, const void* shared, std::size_t bytes, Where where = Where::current()) {
    in_pieces(bytes, [&](std::size_t at, std::size_t piece) {
      before_plain(Operation::copy_out, static_cast<const std::byte*>(shared) + at, piece, where);
      NativeEnv::copy_out(static_cast<std::byte*>(local) + at, static_cast<const std::byte*>(shared) + at, piece);
    });
  }

  /// No access: there is nothing to see.
  static void prefetch_for_write(const std::byte* /*shared*/) {}
  static void prefetch_for_read(const std::byte* /*shared*/) {}

  static void fence(std::memory_order order, Where where = Where::current()) {
    if (model != nullptr) { return model->fence(order, where); }
    before({Operation::fence, nullptr, 0, order, where});
    NativeEnv::fence(order);
  }
  static void pause(Where where = Where::current()) {
    if (model != nullptr) { return model->poll(Operation::pause, where); }
    before({Operation::pause, nullptr, 0, std::memory_order_relaxed, where});
    if (!takes_turns()) { NativeEnv::pause(); }
  }
  static void yield(Where where = Where::current()) {
    if (model != nullptr) { return model->poll(Operation::yield, where); }
    before({Operation::yield, nullptr, 0, std::memory_order_relaxed, where});
    if (!takes_turns()) { NativeEnv::yield(); }
  }

  using Deadline = env::Deadline;
  static Deadline now() {
    if (model != nullptr) { return model->now(); }
    return takes_turns() ? TurnClock::now() : NativeEnv::now();
  }

  using FutexScope = shm::FutexScope;
  static bool futex_wait(const Atomic<std::uint32_t>& word, std::uint32_t expected, FutexScope scope = FutexScope::shared,
                         Where where = Where::current()) {
    if (model != nullptr) { return model->futex_wait(word.word(), expected, std::nullopt, scope, where); }
    before({Operation::futex_wait, &word, sizeof word, std::memory_order_seq_cst, where});
    if (!takes_turns()) { return NativeEnv::futex_wait(word.value_, expected, scope); }
    // relaxed: whose turn it is has seen everything; and nobody comes between this look and the sleep, as in the kernel
    const std::uint32_t found = word.value_.load(std::memory_order_relaxed);
    give(found);
    if (found == expected) { tracer->sleep(&word, scope, false); }
    return found == expected;
  }
  static bool futex_wait_until(const Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline,
                               FutexScope scope = FutexScope::shared, Where where = Where::current()) {
    if (model != nullptr) { return model->futex_wait(word.word(), expected, deadline, scope, where); }
    before({Operation::futex_wait, &word, sizeof word, std::memory_order_seq_cst, where});
    if (!takes_turns()) { return NativeEnv::futex_wait_until(word.value_, expected, deadline, scope); }
    // relaxed: as in futex_wait()
    const std::uint32_t found = word.value_.load(std::memory_order_relaxed);
    give(found);
    if (found != expected || tracer->sleep(&word, scope, true)) { return true; }
    TurnClock::pass(deadline);
    return false;
  }
  static void futex_wake(Atomic<std::uint32_t>& word, std::uint32_t count, FutexScope scope = FutexScope::shared,
                         Where where = Where::current()) {
    if (model != nullptr) { return model->futex_wake(word.word(), count, scope, where); }
    before({Operation::futex_wake, &word, sizeof word, std::memory_order_seq_cst, where});
    give(count);
    if (!takes_turns()) { return NativeEnv::futex_wake(word.value_, count, scope); }
    tracer->wake(&word, count, scope);
  }

  /// The same in every repetition where participants take turns or a model says who they are.
  static std::uint32_t thread_id() {
    if (model != nullptr) { return model->thread_id(); }
    return takes_turns() ? tracer->thread_id() : NativeEnv::thread_id();
  }

  /// Where executions are explored, or turns are taken, it does not depend on the machine.
  static std::optional<std::uint32_t> only_cpu() {
    return model != nullptr || takes_turns() ? std::nullopt : NativeEnv::only_cpu();
  }

  using RobustWord = env::RobustWord<Atomic<std::uint32_t>>;
  static std::string no_robust_list() { return NativeEnv::no_robust_list(); }
  /// These change nothing that another participant sees, but a tracer may end the process before any of them. Where participants take turns
  /// a word holds a stand-in for a thread id, of which the kernel knows nothing.
  static void robust_pending(RobustWord* word, Where where = Where::current()) {
    if (model != nullptr) {
      return model->robust_pending(word == nullptr ? std::nullopt : std::optional(word->word.word()), where);
    }
    if (takes_turns()) { return; }
    before_robust(word, where);
    NativeRobustList::set_pending(word == nullptr ? nullptr : &word->links);
  }
  static void robust_add(RobustWord& word, Where where = Where::current()) {
    if (model != nullptr) { return model->robust_add(word.word.word(), where); }
    if (takes_turns()) { return; }
    before_robust(&word, where);
    NativeRobustList::add(word.links);
  }
  static void robust_remove(RobustWord& word, Where where = Where::current()) {
    if (model != nullptr) { return model->robust_remove(word.word.word(), where); }
    if (takes_turns()) { return; }
    before_robust(&word, where);
    NativeRobustList::remove(word.links);
  }

  using ConditionVariable = TracedConditionVariable<TracedEnv>;
  using Eventfd = TracedKernelPermits<TracedEnv, NativeEventfd>;
  using FileLock = TracedKernelLock<TracedEnv, NativeFileLock>;
  using Flock = TracedKernelLock<TracedEnv, NativeFlock>;
  using Semaphore = TracedSemaphore<TracedEnv>;
  using NamedSemaphore = TracedNamedSemaphore;
  using Pipe = TracedMessages<NativePipe>;
  using PosixQueue = TracedMessages<NativePosixQueue>;
  using PipePermits = TracedKernelPermits<TracedEnv, NativePipePermits>;
  using PthreadMutex = TracedPthreadMutex<TracedEnv>;
  using PthreadRwlock = TracedPthreadRwlock<TracedEnv>;
  using SysvLock = TracedKernelLock<TracedEnv, NativeSysvLock>;
  using SysvQueue = TracedMessages<NativeSysvQueue>;
  using UnixSeqpacket = TracedMessages<NativeUnixSeqpacket>;
  using UnixStream = TracedMessages<NativeUnixStream>;

 private:
  /// Under a tracer a copy has at most this many pieces, of whole words where it can; a model sees each word.
  static constexpr std::size_t most_pieces = 8;

  static void before(const Access& access) {
    if (tracer != nullptr) { tracer->before(access); }
  }
  static void before_plain(Operation operation, const void* address, std::size_t bytes, const Where& where) {
    if (model != nullptr) { return model->access_plain(operation, address, static_cast<std::uint32_t>(bytes), where); }
    before({operation, address, bytes, std::memory_order_relaxed, where});
  }
  static void before_robust(const RobustWord* word, const Where& where) {
    before({Operation::robust_list, word, word == nullptr ? 0 : sizeof word->word, std::memory_order_relaxed, where});
  }
  static bool takes_turns() { return tracer != nullptr && tracer->takes_turns(); }

  template <class T>
  static std::uint64_t to_bits(T value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, std::min(sizeof value, sizeof bits));
    return bits;
  }
  template <class T>
  static T from_bits(std::uint64_t bits) {
    static_assert(sizeof(T) <= sizeof bits, "a model knows words of at most 8 bytes");
    T value{};
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  template <class T>
  static T give(T value) {
    if (tracer != nullptr) { tracer->gave(to_bits(value)); }
    return value;
  }

  template <class Copy>
  static void in_pieces(std::size_t bytes, Copy copy) {
    constexpr std::size_t word = sizeof(std::uint64_t);
    const std::size_t words = (bytes + word - 1) / word;
    const std::size_t piece = model != nullptr ? word : (words + most_pieces - 1) / most_pieces * word;
    for (std::size_t at = 0; at < bytes; at += piece) { copy(at, std::min(piece, bytes - at)); }
  }
};

}  // namespace shmlab::env
