#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include "contract/acquired.hpp"
#include "scenarios/testing/abandon.hpp"

namespace shmlab::scenarios::testing {

/// What goes wrong with a wait that gives up.
enum class TimedFault : std::uint8_t {
  none,
  early,     ///< it gives up at once
  takes,     ///< it takes the permit of the next post with it, or the lock
  excessive  ///< it leaves a permit behind, or unlocks
};

/// A counting signal for threads whose waits may give up: a number under std::mutex. With one permit it is a lock.
class FakeTimed {
 public:
  /// What the endpoints share.
  struct State {
    Abandon* abandon = nullptr;
    std::mutex mutex;
    std::int64_t permits = 0;
    std::uint64_t time_outs = 0;
    TimedFault fault = TimedFault::none;
    Acquired answer = Acquired::clean;  ///< of lock() and lock_for()
  };

  explicit FakeTimed(State& state) : state_(&state) {}

  void post() {
    state_->abandon->check();
    change(1);
  }
  void wait() {
    state_->abandon->wait_until([this] { return try_wait(); });
  }
  bool wait_for(std::chrono::nanoseconds time) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    bool had = false;
    state_->abandon->poll_until([&] {
      had = try_wait();
      return had || state_->fault == TimedFault::early || std::chrono::steady_clock::now() >= deadline;
    });
    if (had) { return true; }
    if (state_->fault == TimedFault::takes) { change(-1); }
    if (state_->fault == TimedFault::excessive) { change(1); }
    const std::scoped_lock guard(state_->mutex);
    ++state_->time_outs;
    return false;
  }

  Acquired lock() {
    wait();
    return state_->answer;
  }
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time) {
    return wait_for(time) ? std::optional(state_->answer) : std::nullopt;
  }
  void unlock() { post(); }

 private:
  bool try_wait() {
    const std::scoped_lock guard(state_->mutex);
    if (state_->permits <= 0) { return false; }
    --state_->permits;
    return true;
  }
  void change(std::int64_t by) {
    {
      const std::scoped_lock guard(state_->mutex);
      state_->permits += by;
    }
    state_->abandon->changed();
  }

  State* state_;
};

}  // namespace shmlab::scenarios::testing
