#pragma once

#include <cstdint>
#include <functional>
#include <mutex>

#include "contract/acquired.hpp"
#include "scenarios/testing/abandon.hpp"

namespace shmlab::scenarios::testing {

/// A lock with shared readers for threads: two numbers under std::mutex, and what a test wants to go wrong.
class FakeSharedLock {
 public:
  /// What the endpoints share.
  struct State {
    Abandon* abandon = nullptr;
    std::mutex mutex;
    bool writing = false;
    std::uint64_t reading = 0;
    std::uint64_t shared_locks = 0;            ///< taken so far
    bool excludes_readers = true;              ///< false: lock_shared() does not wait for the writer
    Acquired shared_answer = Acquired::clean;  ///< of lock_shared()
    std::function<void()> after_lock;          ///< called inside after each lock() and lock_shared()
  };

  explicit FakeSharedLock(State& state) : state_(&state) {}

  Acquired lock() {
    state_->abandon->wait_until([this] {
      const std::scoped_lock guard(state_->mutex);
      if (state_->writing || state_->reading > 0) { return false; }
      state_->writing = true;
      return true;
    });
    if (state_->after_lock) { state_->after_lock(); }
    return Acquired::clean;
  }
  void unlock() {
    const std::scoped_lock guard(state_->mutex);
    state_->writing = false;
    state_->abandon->changed();
  }
  Acquired lock_shared() {
    state_->abandon->wait_until([this] {
      const std::scoped_lock guard(state_->mutex);
      if (state_->writing && state_->excludes_readers) { return false; }
      ++state_->reading;
      ++state_->shared_locks;
      return true;
    });
    if (state_->after_lock) { state_->after_lock(); }
    return state_->shared_answer;
  }
  void unlock_shared() {
    const std::scoped_lock guard(state_->mutex);
    --state_->reading;
    state_->abandon->changed();
  }

 private:
  State* state_;
};

}  // namespace shmlab::scenarios::testing
