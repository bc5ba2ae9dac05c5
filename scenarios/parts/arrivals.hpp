#pragma once

#include <cstdint>

#include "contract/patience.hpp"
#include "measure/clock.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios {

/// An open loop: work arrives at a steady rate, whatever became of what arrived before. A time from due() on leaves nothing out, while one
/// from when somebody got round to it forgets how long the others had to wait (coordinated omission: G. Tene, How NOT to Measure Latency,
/// Strange Loop 2015).
template <class Env>
class Arrivals {
 public:
  /// The first arrives one interval, which is not 0, from now.
  explicit Arrivals(std::uint64_t interval_ns)
      : interval_(measure::Clock::from_ns(static_cast<double>(interval_ns))), due_(measure::Clock::now()) {}

  /// Waits until the next one is there, not at all if that is past. false: the run is over before.
  bool await_next(const measure::Session& session) {
    due_ += interval_;
    for (Patience<Env> patience; measure::Clock::now() < due_; patience.poll()) {
      if (session.stopped()) { return false; }
    }
    return true;
  }
  /// When the one that was awaited last was to arrive, in ticks.
  [[nodiscard]] std::uint64_t due() const { return due_; }

 private:
  std::uint64_t interval_;
  std::uint64_t due_;
};

}  // namespace shmlab::scenarios
