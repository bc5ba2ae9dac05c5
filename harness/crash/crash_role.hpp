#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "crash/crash.hpp"
#include "crash/crash_run.hpp"

namespace shmlab::crash {

/// The runs of one strategy in one role, and of one kind: access, which includes asleep, or another.
class CrashRoleRuns {
 public:
  CrashRoleRuns(CrashReport& report, CrashRole role, CrashKind kind, const std::function<void()>& on_run);

  /// One point after the other, or one. Cells go into the report.
  void run(const std::optional<std::uint64_t>& only);
  /// Whether the victim was about to call an object of the system.
  [[nodiscard]] bool uses_system() const { return uses_system_; }

 private:
  using Cells = std::array<CrashCell, 2>;

  bool run_at(std::uint64_t point);
  void before_and_in(std::uint64_t point, Cells& cells);
  [[nodiscard]] bool is_same_as_earlier(std::uint64_t arrival) const;
  bool twice(std::uint64_t point);
  CrashOutcome once(const CrashPoint& at, Cells& cells);
  void note(CrashCell& worst, Survivor survivor, const CrashPoint& at, const CrashOutcome& outcome) const;
  void keep(Cells& cells);

  CrashReport& report_;
  CrashRole role_;
  CrashKind kind_;
  std::unique_ptr<CrashRun> run_;
  const std::function<void()>& on_run_;
  bool uses_system_ = false;
  std::set<std::uint64_t> polls_;  ///< accesses of the victim that change nothing, as long as the waiter has not come
};

}  // namespace shmlab::crash
