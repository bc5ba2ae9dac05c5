#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "scenarios/testing/abandon.hpp"

namespace shmlab::scenarios::testing {

/// A snapshot for threads: the value under std::mutex, and what a test wants to go wrong.
class FakeSnapshot {
 public:
  enum class Fault : std::uint8_t {
    none,
    torn,     ///< once there are two values: the first half of the latest, the rest of the one before
    old,      ///< every second read gives the value before the latest
    frozen,   ///< from the third publish on nothing is published
    retrying  ///< no fault: a read says that it was retried twice
  };
  /// What the endpoints share.
  struct State {
    Abandon* abandon = nullptr;
    Fault fault = Fault::none;
    /// So many reads come between two publishes at least, so that a fault meets a reader.
    std::uint64_t reads_between_publishes = 0;
    std::mutex mutex;
    std::vector<std::byte> latest;
    std::vector<std::byte> before;
    std::uint64_t publishes = 0;
    std::uint64_t reads = 0;
    std::uint64_t reads_at_publish = 0;
  };

  explicit FakeSnapshot(State& state) : state_(&state) {}

  void publish(std::span<const std::byte> value) {
    state_->abandon->wait_until([&] {
      const std::scoped_lock guard(state_->mutex);
      if (state_->publishes > 0 && state_->reads - state_->reads_at_publish < state_->reads_between_publishes) { return false; }
      store(value);
      return true;
    });
  }

  std::uint64_t read(std::span<std::byte> into) {
    state_->abandon->check();
    const std::scoped_lock guard(state_->mutex);
    ++state_->reads;
    state_->abandon->changed();
    if (state_->latest.empty()) {
      std::fill(into.begin(), into.end(), std::byte{0});
      return 0;
    }
    const bool use_before = state_->fault == Fault::old && state_->reads % 2 == 0 && !state_->before.empty();
    const std::vector<std::byte>& source = use_before ? state_->before : state_->latest;
    std::copy(source.begin(), source.end(), into.begin());
    if (state_->fault == Fault::torn && !state_->before.empty()) {
      const auto half = static_cast<std::ptrdiff_t>(into.size() / 2);
      std::copy(state_->before.begin() + half, state_->before.end(), into.begin() + half);
    }
    return state_->fault == Fault::retrying ? 2 : 0;
  }

 private:
  void store(std::span<const std::byte> value) {
    ++state_->publishes;
    state_->reads_at_publish = state_->reads;
    if (state_->fault == Fault::frozen && state_->publishes > 2) { return; }
    state_->before = state_->latest;
    state_->latest.assign(value.begin(), value.end());
  }

  State* state_;
};

}  // namespace shmlab::scenarios::testing
