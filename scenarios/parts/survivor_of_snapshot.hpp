#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "check/pattern.hpp"
#include "check/version_order.hpp"
#include "scenarios/parts/survivor.hpp"
#include "scenarios/parts/survivors_terms.hpp"

namespace shmlab::scenarios::survivors {

/// The victim publishes, or reads; waiter and newcomer read; the partner publishes, in the victim's place once that has left. Of three
/// participants one reads at a time: they play it as a channel, with the waiter as the victim's peer.
template <class Env, class S>
class SurvivorOfSnapshot {
 public:
  SurvivorOfSnapshot(const Survivor<Env>& self, S& snapshot) : self_(self), snapshot_(snapshot) {}

  void publish_or_read() {
    std::vector<std::byte> value(self_.values.payload_bytes);
    const bool succeeds = self_.index == role_partner && (plays_as_channel() || self_.values.side == side_gives);
    if (succeeds) { await_departure(self_.shared); }
    if (publishes()) {
      const std::uint64_t before = succeeds ? self_.values.operations : 0;
      for (std::uint64_t i = 1; i <= self_.values.operations; ++i, self_.complete()) {
        check::fill(value, before + i);
        self_.session.step(step_publish);
        snapshot_.publish(value);
      }
      return;
    }
    check::VersionOrder order;
    for (std::uint64_t i = 0; i < self_.values.operations; ++i, self_.complete()) {
      self_.session.step(step_read);
      snapshot_.read(value);
      if (!order.next(check::inspect(value), value.size(), self_.session)) { return; }
      self_.could_be_had();
    }
  }

 private:
  [[nodiscard]] bool plays_as_channel() const { return self_.values.participants == 3; }
  [[nodiscard]] bool publishes() const {
    return plays_as_channel() ? (self_.index == role_waiter) == (self_.values.side == side_takes) : self_.gives();
  }

  Survivor<Env> self_;
  S& snapshot_;
};

}  // namespace shmlab::scenarios::survivors
