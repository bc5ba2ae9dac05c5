#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "contract/config.hpp"
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
    std::map<std::uint32_t, std::uint64_t> heard;  ///< by those who have a place, which another may take after them
    bool is_done = false;                          ///< somebody has met the fault
  };

  explicit FakeBroadcast(State& state) : state_(&state) {}
  FakeBroadcast(State& state, Participant self) : state_(&state), place_(self.index) {}

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
    std::uint64_t& heard = place_ ? state_->heard[*place_] : own_heard_;
    const bool is_due = heard + 1 == state_->faulty && state_->told.size() > heard && !state_->is_done;
    const Fault fault = is_due ? state_->fault : Fault::none;
    if (fault == Fault::missed) { ++heard; }
    if (heard == state_->told.size()) { return false; }
    std::ranges::copy(state_->told[heard], into.begin());
    if (fault == Fault::corrupt) { into.back() ^= std::byte{0x80}; }
    if (fault == Fault::echo) { state_->told.push_back(state_->told[heard]); }
    if (fault != Fault::twice) { ++heard; }
    state_->is_done = state_->is_done || is_due;
    state_->abandon->changed();
    return true;
  }
  void hear(std::span<std::byte> into) {
    state_->abandon->wait_until([&] { return try_hear(into); });
  }

 private:
  State* state_;
  std::optional<std::uint32_t> place_{};
  std::uint64_t own_heard_ = 0;  ///< of a listener without a place
};

}  // namespace shmlab::scenarios::testing
