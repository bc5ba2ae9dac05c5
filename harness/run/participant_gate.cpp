#include "run/participant_gate.hpp"

#include <fmt/core.h>

#include <stdexcept>

namespace shmlab::run {

bool ParticipantGate::enter() {
  // relaxed: the barrier orders the count
  control_.present.fetch_add(1, std::memory_order_relaxed);
  record_.phase.store(static_cast<std::uint32_t>(measure::Phase::attached), std::memory_order_relaxed);
  if (control_.barrier.arrive_and_wait() == shm::Released::called_off) { return false; }
  if (!everybody_shares_memory()) {
    throw std::runtime_error(fmt::format("participant {} does not share the region with the others", index_));
  }
  if (control_.probe_floor) {
    probe_floor(control_.floor_before_ns);
    if (control_.barrier.arrive_and_wait() == shm::Released::called_off) { return false; }
  }
  before_ = measure::usage_of_this_thread();
  return true;
}

void ParticipantGate::leave() {
  const measure::Usage used = measure::usage_of_this_thread() - before_;
  record_.cpu_ns = used.cpu_ns;
  record_.voluntary_switches = used.voluntary_switches;
  record_.involuntary_switches = used.involuntary_switches;
}

void ParticipantGate::after_body() {
  if (!control_.probe_floor) { return; }
  if (index_ == 0) { control_.floor_line.reset(); }
  if (control_.barrier.arrive_and_wait() == shm::Released::called_off) { return; }
  probe_floor(control_.floor_after_ns);
}

bool ParticipantGate::everybody_shares_memory() const {
  // relaxed: everybody's increment happened before the barrier let us go
  return control_.present.load(std::memory_order_relaxed) == control_.parties;
}

void ParticipantGate::probe_floor(double& result) {
  if (index_ > 1) { return; }
  const auto side = index_ == 0 ? measure::FloorSide::first : measure::FloorSide::second;
  const double round_trip = measure::floor_round_trip(control_.floor_line, side, measure::floor_rounds, control_.called_off);
  if (side == measure::FloorSide::first) { result = round_trip; }
}

}  // namespace shmlab::run
