#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "crash/crash_run.hpp"

namespace shmlab::crash {

/// Kills the victim after an instruction of its operation: of the strategy, of the scenario, and of the library that they call. The code is that
/// which is measured. Nobody may poll in it; the program has to be linked so that no symbol is looked up on the way (-z now).
class InstructionDeaths final : public CrashRun {
 public:
  InstructionDeaths(const catalogue::StrategyEntry& strategy, CrashRole role)
      : CrashRun(strategy, role, catalogue::Build::native), role_(role) {}

 private:
  CrashOutcome play(const CrashPoint& at) override;
  void lead(std::uint32_t actor);
  bool lead_to_operation(std::uint32_t actor);
  [[nodiscard]] std::uint32_t step_of(std::uint32_t actor);
  bool open();
  bool wake_victim();
  bool finds_it_taken();
  std::uint64_t jump(std::uint64_t executed, std::uint64_t before);
  void note(std::uint64_t executed);

  CrashRole role_;
  bool admitted_ = false;
  bool woken_ = false;
  /// Where the victim stood after so many instructions, by whether the waiter comes, and after how many something happened to it: what has been
  /// executed one by one once is executed in one go then, by a debug register.
  struct Path {
    std::vector<std::uint64_t> addresses;
    std::set<std::uint64_t> events;
  };
  std::array<Path, 2> paths_;
  Path* path_ = nullptr;  ///< of this run
  bool jumps_ = true;     ///< false: its path is another each time
  bool skips_ = true;  ///< what comes before an operation is not led by the instruction; false: this machine has no use for that
};

}  // namespace shmlab::crash
