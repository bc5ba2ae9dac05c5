#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "explore/bounds.hpp"
#include "explore/memory.hpp"
#include "explore/step.hpp"

namespace shmlab::explore {

/// Somebody is to take a step.
struct Turn {
  ParticipantSet enabled = 0;                        ///< who can; at least one
  std::uint32_t last = no_participant;               ///< who took the last step
  bool last_could_go_on = false;                     ///< so that a step of another is a preemption
  std::uint32_t steps = 0;                           ///< taken before in this execution
  std::array<const Step*, max_participants> next{};  ///< of each participant that has not ended: what it is about to do
};

/// How executions are chosen: who takes the next step, and which outcome a step has when several are possible. All that a search decides is a
/// function of what it was asked since it began, so an execution repeats.
class Search : public Choices {
 public:
  /// Returned by next(): what this execution would go on to show has been seen, and it ends here.
  static constexpr std::uint32_t nobody = no_participant;

  /// An execution begins.
  virtual void begin() {}
  /// Who of turn.enabled takes the next step. Asked before every step, also when one alone can.
  virtual std::uint32_t next(const Turn& turn) = 0;
  /// The step that is being taken reads what step number `step` of this execution stored (Turn::steps at that time).
  virtual void read_from(std::uint32_t /*step*/) {}
  /// The step that is being taken lets `sleeper` go on.
  virtual void woke(std::uint32_t /*sleeper*/) {}
  /// After an execution of so many steps: whether there is another one to try.
  virtual bool another(std::uint32_t steps) = 0;

  /// Whether, once another() has said no, nothing is left but what bounds exclude.
  [[nodiscard]] virtual bool is_exhaustive() const { return false; }
  /// The most preemptions that were allowed when it had seen all executions with at most so many; nothing: it does not count them, or has not.
  [[nodiscard]] virtual std::optional<std::uint32_t> complete_preemptions() const { return std::nullopt; }
  /// Whether it leaves out executions because who can go on depends on memory alone. Fairness lets that depend on what went before, and such a
  /// search has seen only a part then.
  [[nodiscard]] virtual bool minds_fairness() const { return false; }
  /// Bounds of its own that were met.
  [[nodiscard]] virtual BoundSet met() const { return {}; }
};

}  // namespace shmlab::explore
