#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <source_location>
#include <system_error>

#include "env/deadline.hpp"
#include "env/model.hpp"

namespace shmlab::env {

/// What sem_overview(7) promises of a semaphore, in terms of an Env's atomics and futexes, for exploration: its users are checked, not the
/// implementation of libc. sem_post() and sem_wait() synchronise memory (POSIX.1-2017, 4.12).
template <class Env>
class SemaphoreModel {
 public:
  using Where = std::source_location;

  /// Once, by the creator.
  void create(std::uint32_t permits) { permits_.store(permits, std::memory_order_relaxed); }

  void wait(Where where = Where::current()) {
    const OutsideSource call;
    while (!take(where)) { Env::futex_wait(permits_, none, Env::FutexScope::shared, where); }
  }
  /// Takes one permit if there is one.
  bool try_wait(Where where = Where::current()) {
    const OutsideSource call;
    return take(where);
  }
  /// false: there was none until the deadline.
  bool wait_until(Deadline deadline, Where where = Where::current()) {
    const OutsideSource call;
    while (!take(where)) {
      if (!Env::futex_wait_until(permits_, none, deadline, Env::FutexScope::shared, where)) { return take(where); }
    }
    return true;
  }
  /// Throws std::system_error on EOVERFLOW.
  void post(Where where = Where::current()) {
    const OutsideSource call;
    // release: pairs with the acquire in take()
    if (permits_.fetch_add(1, std::memory_order_release, where) == most) {
      throw std::system_error(EOVERFLOW, std::generic_category(), "sem_post");
    }
    Env::futex_wake(permits_, 1, Env::FutexScope::shared, where);
  }

 private:
  static constexpr std::uint32_t none = 0;
  static constexpr std::uint32_t most = std::numeric_limits<std::int32_t>::max();  ///< SEM_VALUE_MAX

  bool take(const Where& where) {
    // relaxed: only says what to try
    std::uint32_t seen = permits_.load(std::memory_order_relaxed, where);
    while (seen != none) {
      // acquire: pairs with the release in post(); relaxed on failure: as above
      if (permits_.compare_exchange_strong(seen, seen - 1, std::memory_order_acquire, std::memory_order_relaxed, where)) {
        return true;
      }
    }
    return false;
  }

  typename Env::template Atomic<std::uint32_t> permits_;
};

/// The same behind the interface of a named semaphore, whose name is its place in the region.
template <class Env>
class NamedSemaphoreModel {
 public:
  using Where = std::source_location;
  struct Shared {
    mutable SemaphoreModel<Env> semaphore;
  };
  static void create(Shared& shared, std::uint32_t permits) { shared.semaphore.create(permits); }
  static void retire(const Shared& /*shared*/) {}
  explicit NamedSemaphoreModel(const Shared& shared) : semaphore_(shared.semaphore) {}

  void wait(Where where = Where::current()) { semaphore_.wait(where); }
  bool wait_until(Deadline deadline, Where where = Where::current()) { return semaphore_.wait_until(deadline, where); }
  void post(Where where = Where::current()) { semaphore_.post(where); }

 private:
  SemaphoreModel<Env>& semaphore_;
};

}  // namespace shmlab::env
