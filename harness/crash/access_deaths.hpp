#pragma once

#include "crash/crash_run.hpp"

namespace shmlab::crash {

/// Kills the victim before an access, or while it sleeps in one.
class AccessDeaths final : public CrashRun {
 public:
  AccessDeaths(const catalogue::StrategyEntry& strategy, CrashRole role) : CrashRun(strategy, role, catalogue::Build::traced) {}

 private:
  CrashOutcome play(const CrashPoint& at) override;
  void open();
  void admit_waiter();
  bool drive(std::uint64_t access, bool kills);
  bool kill_asleep(const CrashPoint& at);
  bool help_victim();
  [[nodiscard]] std::uint64_t accesses_of_others();

  bool admitted_ = false;
};

}  // namespace shmlab::crash
