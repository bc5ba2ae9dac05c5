#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/face.hpp"
#include "contract/history.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"

namespace shmlab::measure {
class Session;
}

namespace shmlab::catalogue {

/// A scenario's parameter without its type.
struct ParamInfo {
  std::string_view name;
  std::string_view unit;
  std::uint64_t low = 0;
  std::uint64_t high = 0;  ///< inclusive
  std::uint64_t typical = 0;
};

/// A scenario as the runner sees it.
struct ScenarioEntry {
  const ScenarioDescriptor* descriptor = nullptr;
  std::string file;
  std::vector<ParamInfo> params;
  bool records = false;        ///< its participants record a history
  bool attaches_late = false;  ///< its participants attach while others are at work
  bool mourns = false;  ///< its participants may be killed: its cases have promised() and bury(), and its judge knows of the dead
  bool (*creates_itself)(const ParamValues&) =
      nullptr;  ///< a participant creates the objects, and not the harness; nullptr: never
  std::uint32_t (*participants)(const ParamValues&) = nullptr;
  std::uint32_t (*role)(const ParamValues&, std::uint32_t index) = nullptr;
  Config (*config)(const ParamValues&, Face face) = nullptr;
  /// Why a strategy that takes part through that face does not fit with these values; empty: it does. nullptr: it always does.
  std::string_view (*misfit)(const ParamValues&, Face face) = nullptr;
  /// The values with those parameters made smaller that would come to too much together, for who has not chosen them. nullptr: nothing is too much.
  ParamValues (*moderated)(const ParamValues&) = nullptr;

  [[nodiscard]] std::string_view name() const { return descriptor->name; }
  /// The values that bench uses.
  [[nodiscard]] ParamValues typical() const;
  /// Index of a parameter, or params.size().
  [[nodiscard]] std::size_t param_index(std::string_view name) const;
};

/// What a strategy is compiled against.
enum class Build : std::uint8_t {
  native,  ///< NativeEnv: what is measured
  traced   ///< TracedEnv: every shared access first asks the tracer of its thread
};

/// The compiled code of one scenario with one strategy: type erased once per participant run, never per operation.
struct CaseCode {
  const ScenarioDescriptor* scenario = nullptr;
  Face face = Face::exclusive;  ///< through which the strategy takes part
  Footprint (*footprint)(const ParamValues&) = nullptr;
  /// Once, by the creator, on zeroed memory of that footprint. May throw Unavailable.
  void (*create)(void* memory, const ParamValues&) = nullptr;
  /// Takes away names outside the region; harmless when there are none and when called twice.
  void (*retire)(void* memory, const ParamValues&) = nullptr;
  /// Takes away all that the objects hold outside the region, when nobody needs them any more; harmless as above.
  void (*dispose)(void* memory, const ParamValues&) = nullptr;
  /// Attaches, then begin(), the body of the participant's role, end().
  void (*participate)(void* memory, const ParamValues&, Participant, measure::Session&) = nullptr;
  /// Judges the final state. Only called when every participant finished or, where there is bury(), was killed on purpose.
  Verdict (*judge)(const void* memory, const ParamValues&, std::span<const Outcome>) = nullptr;
  /// Most events that a participant records; nullptr: the scenario has no history.
  std::uint64_t (*events)(const ParamValues&) = nullptr;
  /// Judges the events of all participants, those of each in its order. Also called when not everybody finished.
  Verdict (*judge_history)(const ParamValues&, std::span<const Event>) = nullptr;
  /// What the strategy's contract promises the others when participant `index` is killed that has entered `step` last; nullptr: nobody is
  /// to be killed in this scenario.
  OnDeath (*promised)(const ParamValues&, std::uint32_t index, std::uint32_t step) = nullptr;
  /// Says to those who take its place that participant `index` has been killed: after its death, by one store of Env. Part of the scenario, not of
  /// the strategy. An explorer calls it as the last step of the dying one.
  void (*bury)(void* memory, std::uint32_t index) = nullptr;
  std::string (*refuses)(const ParamValues&) = nullptr;  ///< why this machine cannot have the case, or empty; nullptr: it can
  std::string_view unmodelled{};                         ///< why a model of memory cannot explain it, or empty
  std::string_view unsteered{};                          ///< why its participants cannot be made to take turns, or empty
};

/// A strategy, or an adapter over one, with its code for every scenario that it fits.
struct StrategyEntry {
  Descriptor descriptor;
  Kind kind = Kind::own;
  FaceSet faces;
  bool carries_descriptors = false;  ///< so that nobody but the harness can create its objects
  std::string file;
  std::string unavailable;  ///< the reason, or empty
  std::vector<CaseCode> cases;
  std::vector<CaseCode> traced_cases;  ///< the same pairs in the same order, each shared access seen by a tracer

  [[nodiscard]] std::string_view name() const { return descriptor.name; }
};

}  // namespace shmlab::catalogue
