#pragma once

#include <cstdint>

#include "crash/access_deaths.hpp"

namespace shmlab::crash {

/// Kills the victim before an access, and then who comes after it before one of his own: the waiter, who was there before and may be told and repair,
/// or who takes the victim's place.
class SecondDeaths final : public AccessDeaths {
 public:
  /// Values of CrashPoint::arrival.
  static constexpr std::uint64_t waiter_dies = 1;
  static constexpr std::uint64_t successor_dies = 2;

  SecondDeaths(const catalogue::StrategyEntry& strategy, CrashRole role) : AccessDeaths(strategy, role, fault::Mishap::dies) {}

 private:
  CrashOutcome play(const CrashPoint& at) override;
  void conclude(const CrashPoint& at, CrashOutcome& outcome) override;
  [[nodiscard]] static std::uint32_t who(const CrashPoint& at);
};

}  // namespace shmlab::crash
