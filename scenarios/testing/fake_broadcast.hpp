#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "scenarios/testing/abandon.hpp"

namespace shmlab::scenarios::testing {

/// A broadcast for threads: all that was ever told, under std::mutex, and what a test wants one listener to miss.
class FakeBroadcast {
 public:
  enum class Fault : std::uint8_t {
    none,
    missed,   ///< it is not heard
    twice,    ///< it is heard twice
    corrupt,  ///< the highest bit of its last byte is turned over
    echo      ///< it is heard once more behind the last one
  };
  /// What the endpoints share.
  struct State {
    Abandon* abandon = nullptr;
    Fault fault = Fault::none;
    std::uint64_t faulty = 0;  ///< number of the message with the fault, from 1 on, for the listener who gets there first
    std::mutex mutex;
    std::vector<std::vector<std::byte>> told;
    bool is_done = false;  ///< somebody has met the fault
  };

  explicit FakeBroadcast(State& state) : state_(&state) {}

  bool try_tell(std::span<const std::byte> message) {
    state_->abandon->check();
    const std::scoped_lock guard(state_->mutex);
    state_->told.emplace_back(message.begin(), message.end());
    state_->abandon->changed();
    return true;
  }
  void tell(std::span<const std::byte> message) { try_tell(message); }

  bool try_hear(std::span<std::byte> into) {
    state_->abandon->check();
    const std::scoped_lock guard(state_->mutex);
    const bool is_due = heard_ + 1 == state_->faulty && state_->told.size() > heard_ && !state_->is_done;
    const Fault fault = is_due ? state_->fault : Fault::none;
    if (fault == Fault::missed) { ++heard_; }
    if (heard_ == state_->told.size()) { return false; }
    std::ranges::copy(state_->told[heard_], into.begin());
    if (fault == Fault::corrupt) { into.back() ^= std::byte{0x80}; }
    if (fault == Fault::echo) { state_->told.push_back(state_->told[heard_]); }
    if (fault != Fault::twice) { ++heard_; }
    state_->is_done = state_->is_done || is_due;
    state_->abandon->changed();
    return true;
  }
  void hear(std::span<std::byte> into) {
    state_->abandon->wait_until([&] { return try_hear(into); });
  }

 private:
  State* state_;
  std::uint64_t heard_ = 0;  ///< of a listener
};

}  // namespace shmlab::scenarios::testing
