#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "catalogue/entry.hpp"
#include "crash/crash_cell.hpp"
#include "crash/crash_stage.hpp"

namespace shmlab::crash {

/// The scenario of deaths, and who plays what in it.
namespace deaths {
inline constexpr std::string_view scenario_name = "survivors";
inline constexpr std::uint32_t victim = 0;
inline constexpr std::uint32_t waiter = 1;
inline constexpr std::uint32_t partner = 2;
inline constexpr std::uint32_t last_actor = 3;
}  // namespace deaths

/// The index of a step or a counter of the scenario of deaths.
std::uint32_t crash_step(const catalogue::ScenarioEntry& scenario, std::string_view name);
std::size_t crash_counter(const catalogue::ScenarioEntry& scenario, std::string_view name);

/// What one run with a killed victim gave.
struct CrashOutcome {
  bool died = false;          ///< false: the victim's body ended before the point, or nothing can bring it there
  bool arrived = false;       ///< the victim came to where the waiter arrives
  bool may_sleep = false;     ///< in the access at that point
  bool is_poll = false;       ///< the access at that point is a pause or a yield, which changes nothing
  bool is_of_system = false;  ///< the access at that point is of an object of the system, inside which no tracer sees
  std::string where;          ///< the access that did not take effect, or did not return, or the instruction
  OnDeath declared = OnDeath::not_applicable;
  std::array<Fate, 2> fates{Fate::unknown, Fate::unknown};  ///< by Survivor
  std::array<std::string, 2> whys{};                        ///< by Survivor
};

/// The survivors on a stage whose victim has just died: asks them, and finds out what they met.
class Aftermath {
 public:
  Aftermath(CrashStage& stage, const catalogue::ScenarioEntry& scenario, const catalogue::CaseCode& code,
            const ParamValues& values, CrashRole role);

  /// A waiter finds the lock held, by the partner.
  [[nodiscard]] bool partner_holds() const { return role_ == CrashRole::waiter && is_lock(code_.face); }
  /// A second waiter, behind the first: who takes over from the dead must not forget him.
  [[nodiscard]] bool partner_waits_too() const { return role_ == CrashRole::holder; }
  /// Lets one act for as long as it can.
  void ask(std::uint32_t actor);
  [[nodiscard]] std::uint64_t count(std::uint32_t actor, std::string_view counter) const;

  /// Buries the victim, asks everybody and fills in what the contract declares and what waiter and newcomer met. Throws as CrashStage::cue().
  void follow(CrashOutcome& outcome);
  /// The victim is dead, and one of those who are left is the next to die: says so to them, and what they meet is about those who are then left.
  void follow_twice(CrashOutcome& outcome, std::uint32_t second);
  /// The victim is not dead: asks everybody, lets it go on, and asks them again until all have come to their end.
  void outlast(CrashOutcome& outcome);
  /// Says to those who take the victim's place that it is dead.
  void bury();

 private:
  using Found = std::pair<Fate, std::string>;

  /// Who was there before the death, and is asked.
  [[nodiscard]] std::uint32_t old_survivor() const { return second_ == deaths::waiter ? deaths::partner : deaths::waiter; }
  [[nodiscard]] OnDeath promised(std::uint32_t actor) const;
  void ask_all();
  void ask_while_it_is_stopped();
  [[nodiscard]] bool holds_it() const;
  [[nodiscard]] std::uint64_t cycles_of_others() const;
  void conclude(CrashOutcome& outcome);
  [[nodiscard]] bool waits(std::uint32_t actor) const { return stage_.is_on(actor); }
  /// Waiter or partner, who waits though he was asked; nobody: none.
  [[nodiscard]] std::optional<std::uint32_t> left_waiting() const;
  [[nodiscard]] bool partner_came() const;
  [[nodiscard]] Found fate_of(std::uint32_t actor, bool is_stuck) const;

  CrashStage& stage_;
  const catalogue::ScenarioEntry& scenario_;
  const catalogue::CaseCode& code_;
  const ParamValues& values_;
  CrashRole role_;
  std::uint32_t newcomer_;
  std::string slept_at_;  ///< where the waiter slept beside what the newcomer could have; empty: it did not
  std::array<bool, 2> stuck_{};
  std::optional<std::uint32_t> second_;  ///< who died after the victim
};

}  // namespace shmlab::crash
