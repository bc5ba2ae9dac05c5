#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <source_location>
#include <type_traits>

#include "env/deadline.hpp"
#include "env/model.hpp"
#include "env/mutex_model.hpp"
#include "env/semaphore_model.hpp"
#include "env/tracer.hpp"
#include "shm/futex.hpp"

namespace shmlab::env {

/// The names of NativeEnv, where the model of the calling thread says what each operation does. Objects have the layout of NativeEnv's.
/// Without a model (an object is created, or judged) operations read and write the bytes of the object.
struct ModelEnv {
  static constexpr bool is_model = true;
  /// Polls are steps of an execution, and add nothing that one of them does not show.
  static constexpr std::uint32_t spin_limit = 0;

  using Where = std::source_location;

  template <class T>
  class Atomic {
   public:
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t));

    constexpr Atomic() = default;
    constexpr explicit Atomic(T initial) : value_(initial) {}
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    [[nodiscard]] T load(std::memory_order order, Where where = Where::current()) const {
      return model == nullptr ? value_ : from_bits(model->load(word(), order, where));
    }
    void store(T desired, std::memory_order order, Where where = Where::current()) {
      if (model == nullptr) {
        value_ = desired;
      } else {
        model->store(word(), to_bits(desired), order, where);
      }
    }
    T exchange(T desired, std::memory_order order, Where where = Where::current()) {
      return update(Update::exchange, desired, order, where);
    }
    bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure,
                                 Where where = Where::current()) {
      return compare_exchange(expected, desired, success, failure, false, where);
    }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure,
                               Where where = Where::current()) {
      return compare_exchange(expected, desired, success, failure, true, where);
    }
    T fetch_add(T operand, std::memory_order order, Where where = Where::current()) {
      return update(Update::add, operand, order, where);
    }
    T fetch_sub(T operand, std::memory_order order, Where where = Where::current()) {
      return update(Update::subtract, operand, order, where);
    }
    T fetch_or(T operand, std::memory_order order, Where where = Where::current()) {
      return update(Update::bit_or, operand, order, where);
    }
    T fetch_and(T operand, std::memory_order order, Where where = Where::current()) {
      return update(Update::bit_and, operand, order, where);
    }

   private:
    friend struct ModelEnv;

    static std::uint64_t to_bits(T value) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &value, sizeof value);
      return bits;
    }
    static T from_bits(std::uint64_t bits) {
      T value{};
      std::memcpy(&value, &bits, sizeof value);
      return value;
    }
    AtomicWord word() const { return {&value_, sizeof(T)}; }

    T update(Update how, T operand, std::memory_order order, const Where& where) {
      if (model != nullptr) { return from_bits(model->update(word(), how, to_bits(operand), order, where)); }
      const T old = value_;
      value_ = from_bits(updated(how, to_bits(old), to_bits(operand), sizeof(T)));
      return old;
    }
    bool compare_exchange(T& expected, T desired, std::memory_order success, std::memory_order failure, bool weak,
                          const Where& where) {
      std::uint64_t bits = to_bits(expected);
      if (model != nullptr) {
        const bool done = model->compare_exchange(word(), bits, to_bits(desired), success, failure, weak, where);
        expected = from_bits(bits);
        return done;
      }
      if (to_bits(value_) != bits) {
        expected = value_;
        return false;
      }
      value_ = desired;
      return true;
    }

    mutable T value_{};
  };

  template <class T>
  class Plain {
   public:
    static_assert(std::is_trivially_copyable_v<T>);
    [[nodiscard]] T get(Where where = Where::current()) const {
      before(Operation::get, &value_, sizeof(T), where);
      return value_;
    }
    void set(T value, Where where = Where::current()) {
      before(Operation::set, &value_, sizeof(T), where);
      value_ = value;
    }

   private:
    T value_{};
  };

  /// Copies go word by word, so that another participant can be in between.
  static void copy_in(void* shared, const void* local, std::size_t bytes, Where where = Where::current()) {
    in_words(bytes, [&](std::size_t at, std::uint32_t piece) {
      before(Operation::copy_in, static_cast<std::byte*>(shared) + at, piece, where);
      std::memcpy(static_cast<std::byte*>(shared) + at, static_cast<const std::byte*>(local) + at, piece);
    });
  }
  static void copy_out(void* local, const void* shared, std::size_t bytes, Where where = Where::current()) {
    in_words(bytes, [&](std::size_t at, std::uint32_t piece) {
      before(Operation::copy_out, static_cast<const std::byte*>(shared) + at, piece, where);
      std::memcpy(static_cast<std::byte*>(local) + at, static_cast<const std::byte*>(shared) + at, piece);
    });
  }

  static void fence(std::memory_order order, Where where = Where::current()) {
    if (model != nullptr) { model->fence(order, where); }
  }
  static void pause(Where where = Where::current()) {
    if (model != nullptr) { model->poll(Operation::pause, where); }
  }
  static void yield(Where where = Where::current()) {
    if (model != nullptr) { model->poll(Operation::yield, where); }
  }

  using Deadline = env::Deadline;
  static Deadline now() { return model == nullptr ? Deadline{} : model->now(); }

  using FutexScope = shm::FutexScope;
  /// Needs a model, as futex_wait_until() does.
  static void futex_wait(const Atomic<std::uint32_t>& word, std::uint32_t expected, FutexScope scope = FutexScope::shared,
                         Where where = Where::current()) {
    model->futex_wait(word.word(), expected, std::nullopt, scope, where);
  }
  static bool futex_wait_until(const Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline,
                               FutexScope scope = FutexScope::shared, Where where = Where::current()) {
    return model->futex_wait(word.word(), expected, deadline, scope, where);
  }
  static void futex_wake(Atomic<std::uint32_t>& word, std::uint32_t count, FutexScope scope = FutexScope::shared,
                         Where where = Where::current()) {
    if (model != nullptr) { model->futex_wake(word.word(), count, scope, where); }
  }

  /// The same in every repetition of an execution.
  static std::uint32_t thread_id() { return model == nullptr ? 0 : model->thread_id(); }

  using Semaphore = SemaphoreModel<ModelEnv>;
  using NamedSemaphore = NamedSemaphoreModel<ModelEnv>;
  using PthreadMutex = MutexModel<ModelEnv>;

 private:
  static void before(Operation operation, const void* address, std::uint32_t bytes, const Where& where) {
    if (model != nullptr) { model->access_plain(operation, address, bytes, where); }
  }

  template <class Copy>
  static void in_words(std::size_t bytes, Copy copy) {
    constexpr std::size_t word = sizeof(std::uint64_t);
    for (std::size_t at = 0; at < bytes; at += word) { copy(at, static_cast<std::uint32_t>(std::min(word, bytes - at))); }
  }
};

}  // namespace shmlab::env
