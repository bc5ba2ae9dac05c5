#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "contract/config.hpp"
#include "env/tracer.hpp"
#include "fault/mishap.hpp"
#include "measure/record.hpp"

namespace shmlab::fault {

/// What an actor of a staged run is doing.
enum class ActorState : std::uint32_t {
  waiting,  ///< for its cue
  acting,
  calling,  ///< in an operation that may sleep in the kernel
  asleep,   ///< found asleep there; when it returns it waits for its cue
  left      ///< its body is over
};

/// How far an actor goes on: whatever comes first.
struct Cue {
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t access = never;         ///< stops before its access of this number, from 1
  std::uint64_t polls = never;          ///< stops at so many polls from now on
  std::uint64_t progress = never;       ///< stops at its first access with the counter that is watched at this value, or above
  std::optional<std::uint32_t> step{};  ///< stops at its first access in this step of the scenario
  std::uint64_t mishap_at = never;      ///< comes to grief before its access of this number takes effect, once
  Mishap mishap = Mishap::dies;         ///< how
  bool needs_no_other = false;          ///< when it has slept it goes on by itself
  bool pauses = false;                  ///< after each operation that may wake another: he goes on to his next access first
};

/// One actor's place in memory that it shares with the director. All but the state belongs to the actor while it acts, and to the director
/// while it waits; the state is passed with release and acquire.
struct ActorSeat {
  alignas(line_pair_bytes) std::atomic<std::uint32_t> state{static_cast<std::uint32_t>(ActorState::waiting)};
  Cue cue;
  std::uint64_t accesses = 0;           ///< begun, the one that it waits before included
  std::atomic<std::uint64_t> polls{0};  ///< since the cue; the director may look at any time
  bool paused = false;                  ///< by Cue::pauses
  bool suffered = false;                ///< Cue::mishap: it has happened, or is about to
  /// measure::Clock: when the counter that is watched was first seen at each value from 1, at its accesses and at its end; 0: not yet.
  std::array<std::atomic<std::uint64_t>, 16> reached{};
  env::Operation operation{};  ///< of the latest access
  std::uint32_t line = 0;      ///< of it
  const char* file =
      nullptr;  ///< of it: a literal of this program, at the same address in every process forked from the director
};

/// Whether the kernel may put a participant to sleep in it.
constexpr bool may_sleep(env::Operation operation) {
  switch (operation) {
    case env::Operation::futex_wait:
    case env::Operation::wait:
    case env::Operation::lock:
    case env::Operation::send:
    case env::Operation::receive: return true;
    default: return false;
  }
}

/// Whether it is there to let time pass, and changes nothing.
constexpr bool is_poll(env::Operation operation) {
  return operation == env::Operation::pause || operation == env::Operation::yield;
}

ActorState state_of(const ActorSeat& seat);
/// Director: the actor, which waits, goes on.
void give_cue(ActorSeat& seat, const Cue& cue);
/// Director: the actor, which paused, goes on with its cue.
void resume(ActorSeat& seat, bool pauses);
/// Director: the actor was found asleep in the kernel. false: it has come back meanwhile.
bool note_asleep(ActorSeat& seat);

/// Counts the accesses of one participant, a process of its own, and stops it, or lets it come to grief, where its cue says. A run is staged by who
/// gets his cue when; sleeping is real.
class Actor final : public env::Tracer {
 public:
  /// `record`: its own; `progress`: which of the record's counters is watched; `bell`: an eventfd(2) that rings at each change of state.
  Actor(ActorSeat& seat, const measure::Record& record, std::size_t progress, int bell)
      : seat_(seat), record_(record), progress_(progress), bell_(bell) {}

  /// Before the body.
  void await_cue();
  /// After the body.
  void leave();

  void before(const env::Access& access) override;

 private:
  [[nodiscard]] bool has_to_stop() const;
  void note_progress();
  void enter(ActorState state);
  void come_back();
  void pause();

  ActorSeat& seat_;
  const measure::Record& record_;
  std::size_t progress_;
  int bell_;
  std::size_t noted_ = 0;        ///< how much progress
  bool may_have_woken_ = false;  ///< its latest access
};

}  // namespace shmlab::fault
