#pragma once

#include <cstdint>

#include "crash/crash_run.hpp"
#include "fault/mishap.hpp"

namespace shmlab::crash {

/// Something befalls the victim before an access: it dies, also while it sleeps in one, or is stopped, or has a child, or becomes another program.
class AccessDeaths : public CrashRun {
 public:
  AccessDeaths(const catalogue::StrategyEntry& strategy, CrashRole role, fault::Mishap mishap);

 protected:
  CrashOutcome play(const CrashPoint& at) override;
  /// The victim is brought in front of its access of this number; it may take the waiter's coming to do that.
  CrashOutcome stand_before(std::uint64_t access);

 private:
  void open();
  void admit_waiter();
  bool drive(std::uint64_t access, bool kills);
  bool kill_asleep(const CrashPoint& at);
  bool help_victim();
  [[nodiscard]] std::uint64_t accesses_of_others();

  fault::Mishap mishap_;
  bool admitted_ = false;
};

}  // namespace shmlab::crash
