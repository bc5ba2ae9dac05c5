#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "contract/acquired.hpp"
#include "scenarios/testing/abandon.hpp"

namespace shmlab::scenarios::testing {

/// An exclusive strategy for threads: test-and-set (a std::mutex must not be left locked by a test that ends inside), and what a test
/// wants to go wrong.
class FakeLock {
 public:
  /// What the endpoints share.
  struct State {
    Abandon* abandon = nullptr;
    std::atomic<bool> held{false};
    std::uint64_t locks = 0;                            ///< taken so far; inside
    std::uint64_t unlocks = 0;                          ///< begun so far; inside
    std::uint64_t lost_unlock = 0;                      ///< the unlock of this number, from 1 on, does nothing
    bool excludes = true;                               ///< false: lock() and unlock() do nothing
    std::function<Acquired(std::uint64_t)> after_lock;  ///< called inside after the n-th lock(), n = 1, 2, ...; its answer counts
  };

  explicit FakeLock(State& state) : state_(&state) {}

  Acquired lock() {
    state_->abandon->check();
    if (!state_->excludes) { return Acquired::clean; }
    // acquire: pairs with the release in unlock()
    state_->abandon->wait_until([this] { return !state_->held.exchange(true, std::memory_order_acquire); });
    ++state_->locks;
    return state_->after_lock ? state_->after_lock(state_->locks) : Acquired::clean;
  }
  void unlock() {
    if (!state_->excludes) { return; }
    if (++state_->unlocks == state_->lost_unlock) { return; }
    // release: pairs with the acquire in lock()
    state_->held.store(false, std::memory_order_release);
    state_->abandon->changed();
  }

 private:
  State* state_;
};

}  // namespace shmlab::scenarios::testing
