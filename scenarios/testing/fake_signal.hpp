#pragma once

#include <cstdint>
#include <mutex>

#include "scenarios/testing/abandon.hpp"

namespace shmlab::scenarios::testing {

/// A counting signal for threads: a number under std::mutex.
class FakeSignal {
 public:
  /// What the endpoints share.
  struct State {
    Abandon* abandon = nullptr;
    std::mutex mutex;
    std::uint64_t permits = 0;
    bool waits = true;  ///< false: wait() returns without a post()
  };

  explicit FakeSignal(State& state) : state_(&state) {}

  void post() {
    state_->abandon->check();
    const std::scoped_lock guard(state_->mutex);
    ++state_->permits;
  }
  void wait() {
    if (!state_->waits) { return state_->abandon->check(); }
    state_->abandon->wait_until([this] {
      const std::scoped_lock guard(state_->mutex);
      if (state_->permits == 0) { return false; }
      --state_->permits;
      return true;
    });
  }

 private:
  State* state_;
};

}  // namespace shmlab::scenarios::testing
