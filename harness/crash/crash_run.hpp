#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "catalogue/entry.hpp"
#include "crash/crash_aftermath.hpp"
#include "crash/crash_cell.hpp"
#include "crash/crash_stage.hpp"

namespace shmlab::crash {

/// Kills one victim after the other on the same stage.
class CrashRun {
 public:
  virtual ~CrashRun() = default;
  CrashRun(const CrashRun&) = delete;
  CrashRun& operator=(const CrashRun&) = delete;

  /// A point of the role and the kind that crash_run() was asked for. Throws Interrupted, Unavailable when the kind is not possible here.
  CrashOutcome kill_at(const CrashPoint& at);

 protected:
  CrashRun(const catalogue::StrategyEntry& strategy, CrashRole role, catalogue::Build build, bool is_timed = false);

  /// Up to where the victim has come to grief. Throws StageOverdue.
  virtual CrashOutcome play(const CrashPoint& at) = 0;
  /// What it meant to the others.
  virtual void conclude(const CrashPoint& at, CrashOutcome& outcome);

  [[nodiscard]] const catalogue::ScenarioEntry& scenario() const { return scenario_; }
  [[nodiscard]] const catalogue::CaseCode& code() const { return code_; }
  [[nodiscard]] CrashStage& stage() { return stage_; }
  [[nodiscard]] const CrashStage& stage() const { return stage_; }
  [[nodiscard]] Aftermath& aftermath() { return aftermath_; }
  [[nodiscard]] const Aftermath& aftermath() const { return aftermath_; }

 private:
  const catalogue::ScenarioEntry& scenario_;
  const catalogue::CaseCode& code_;
  ParamValues values_;
  CrashStage stage_;
  Aftermath aftermath_;
};

/// `kind`: access for asleep too. Throws BadInput for a strategy that has no crash_code().
std::unique_ptr<CrashRun> crash_run(const catalogue::StrategyEntry& strategy, CrashRole role, CrashKind kind);

/// How many play in the scenario of deaths through this face: four, or three where one after the other plays the victim's side.
std::uint32_t crash_participants(const catalogue::StrategyEntry& strategy, Face face);

/// Whether it synchronises by other means than Env, so that nobody sees its accesses: it is killed between its instructions alone.
bool is_unseen(const catalogue::StrategyEntry& strategy);
/// Whether a victim can be led by the instruction: where others poll, nobody can tell when they have come to their end.
bool can_be_led(const catalogue::StrategyEntry& strategy, Face face);

/// The fitting code of a strategy for the scenario of deaths, native if it is unseen; nullptr with the reason.
const catalogue::CaseCode* crash_code(const catalogue::StrategyEntry& strategy, std::string& why_not,
                                      catalogue::Build build = catalogue::Build::traced);

}  // namespace shmlab::crash
