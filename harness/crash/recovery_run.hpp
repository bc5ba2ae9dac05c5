#pragma once

#include <cstdint>
#include <optional>

#include "crash/access_deaths.hpp"

namespace shmlab::crash {

/// What one death cost.
struct RecoverySample {
  std::optional<double> kill_to_next_ns;  ///< of a waiter that had to wait, and went on
  bool never = false;                     ///< it had to wait, and sleeps for ever, or has polled in vain for long
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  bool is_poisoned = false;
};

/// Kills the victim before an access as AccessDeaths does, but those who are left go on by themselves, without cues, as soon as they can.
class RecoveryRun final : public AccessDeaths {
 public:
  RecoveryRun(const catalogue::StrategyEntry& strategy, CrashRole role)
      : AccessDeaths(strategy, role, fault::Mishap::dies), role_(role) {}

  /// Of the latest kill_at() whose victim died.
  [[nodiscard]] const RecoverySample& sample() const { return sample_; }

 private:
  CrashOutcome play(const CrashPoint& at) override;
  void conclude(const CrashPoint& at, CrashOutcome& outcome) override;
  void await_rest(std::uint64_t polls);
  [[nodiscard]] std::optional<std::uint64_t> end_of_cycle(std::uint64_t cycle) const;
  [[nodiscard]] std::uint64_t lost() const;

  CrashRole role_;
  RecoverySample sample_;
};

}  // namespace shmlab::crash
