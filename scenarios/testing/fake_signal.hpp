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
    std::uint64_t posts = 0;
    std::uint64_t lost_post = 0;  ///< the post of this number, from 1 on, does nothing
    bool waits = true;            ///< false: wait() returns without a post()
  };

  explicit FakeSignal(State& state) : state_(&state) {}

  void post() {
    state_->abandon->check();
    {
      const std::scoped_lock guard(state_->mutex);
      if (++state_->posts != state_->lost_post) { ++state_->permits; }
    }
    state_->abandon->changed();
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
