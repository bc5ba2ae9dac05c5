#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "catalogue/entry.hpp"
#include "run/crash_cell.hpp"
#include "run/crash_stage.hpp"

namespace shmlab::run {

/// What one run with a killed victim gave.
struct CrashOutcome {
  bool died = false;       ///< false: the victim's body ended before the point, or nothing can bring it there
  bool arrived = false;    ///< the victim stood before CrashPoint::arrival
  bool may_sleep = false;  ///< in the access at that point
  std::string where;       ///< the access that did not take effect, or did not return
  OnDeath declared = OnDeath::not_applicable;
  std::array<Fate, 2> fates{Fate::unknown, Fate::unknown};  ///< by Survivor
  std::array<std::string, 2> whys{};                        ///< by Survivor
};

/// The parameters of the scenario with which a victim is killed in this role: one whole cycle, of a channel two.
ParamValues crash_values(const catalogue::ScenarioEntry& scenario, Face face, CrashRole role);

/// Kills one victim after the other on the same stage.
class CrashRun {
 public:
  /// The strategy has crash_code(); every point that is asked for has this role. Throws BadInput.
  CrashRun(const catalogue::StrategyEntry& strategy, CrashRole role);

  /// Throws Interrupted.
  CrashOutcome kill_at(const CrashPoint& at);

 private:
  CrashOutcome play(const CrashPoint& at);
  bool kill_asleep(const CrashPoint& at);
  void open();
  bool drive(std::uint64_t access, bool kills);
  void admit_waiter();
  bool help_victim();
  void ask(std::uint32_t actor);
  void ask_all();
  void conclude(CrashOutcome& outcome);
  /// A waiter finds the lock held.
  [[nodiscard]] bool partner_holds() const { return role_ == CrashRole::waiter && code_.face == Face::exclusive; }
  [[nodiscard]] bool waits(std::uint32_t actor) const { return stage_.is_on(actor); }
  [[nodiscard]] std::uint64_t count(std::uint32_t actor, std::size_t counter) const;
  [[nodiscard]] std::pair<Fate, std::string> fate_of(std::uint32_t actor, bool is_stuck) const;

  const catalogue::ScenarioEntry& scenario_;
  ParamValues values_;
  const catalogue::CaseCode& code_;
  CrashRole role_;
  std::uint32_t newcomer_;
  CrashStage stage_;
  bool admitted_ = false;
  bool waiter_slept_beside_ = false;
  std::array<bool, 2> stuck_{};
};

/// The fitting code of a strategy for the scenario of deaths; nullptr with the reason.
const catalogue::CaseCode* crash_code(const catalogue::StrategyEntry& strategy, std::string& why_not);

}  // namespace shmlab::run
