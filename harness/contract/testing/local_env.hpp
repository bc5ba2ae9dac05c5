#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>

namespace shmlab::testing {

/// Thrown where a test makes a participant die.
struct Death {};

/// An Env for one thread, without system calls: counts the waits, and lets a test act in the middle of one or die in a copy.
struct LocalEnv {
  static constexpr std::uint32_t spin_limit = 3;

  template <class T>
  class Atomic {
   public:
    constexpr Atomic() = default;
    constexpr explicit Atomic(T initial) : value_(initial) {}
    [[nodiscard]] T load(std::memory_order /*order*/) const { return value_; }
    void store(T desired, std::memory_order /*order*/) { value_ = desired; }

   private:
    T value_{};
  };

  static void copy_in(void* shared, const void* local, std::size_t bytes) {
    if (dies_in_copy) {
      std::memcpy(shared, local, bytes / 2);
      throw Death{};
    }
    std::memcpy(shared, local, bytes);
  }
  static void copy_out(void* local, const void* shared, std::size_t bytes) { std::memcpy(local, shared, bytes); }

  static void pause() {
    ++pauses;
    if (while_waiting) { while_waiting(); }
  }
  static void yield() {
    ++yields;
    if (while_waiting) { while_waiting(); }
  }

  static void reset() {
    pauses = 0;
    yields = 0;
    dies_in_copy = false;
    while_waiting = nullptr;
  }

  static inline int pauses = 0;
  static inline int yields = 0;
  static inline bool dies_in_copy = false;              ///< the next copy_in copies half and throws Death
  static inline std::function<void()> while_waiting{};  ///< called by every pause and yield
};

}  // namespace shmlab::testing
