#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "catalogue/entry.hpp"
#include "contract/verdict.hpp"
#include "crash/stepper.hpp"
#include "fault/actor.hpp"
#include "measure/record.hpp"
#include "measure/session.hpp"
#include "run/child.hpp"
#include "run/message_socket.hpp"
#include "run/strays.hpp"
#include "shm/region.hpp"

namespace shmlab::crash {

/// Somebody on the stage neither stopped nor slept nor ended in a time that is long beyond all reason.
struct StageOverdue : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The participants of a case as real processes, each with the region at an address of its own, of which one acts at a time: who is given a cue.
/// Those who sleep, sleep in the kernel; those who are woken go on when they are given one. Single-threaded callers only.
class CrashStage {
 public:
  static constexpr std::uint32_t most_actors = 4;
  enum class Manner : std::uint8_t {
    traced,  ///< actors are stopped at their accesses: traced code
    native   ///< actors go on until they sleep or end, but for those that are led by the instruction: code as it is measured
  };

  /// The pair fits; `code` is of the build that the manner asks for. `progress`: which counter of the records Cue::progress watches.
  CrashStage(const catalogue::CaseCode& code, const catalogue::ScenarioEntry& scenario, const ParamValues& values,
             std::size_t progress, Manner manner = Manner::traced);
  ~CrashStage();
  CrashStage(const CrashStage&) = delete;
  CrashStage& operator=(const CrashStage&) = delete;

  /// Makes the objects anew and starts everybody, in front of his body. Throws BadInput when the system has no process left.
  void begin();
  /// Lets an actor that waits act, until everybody waits, sleeps for good, has left or is dead. Others do nothing: who sleeps cannot be told to
  /// go on. Throws StageOverdue, Interrupted.
  void cue(std::uint32_t actor, fault::Cue cue);
  /// Native code: an actor that waits is from now on led, and stands before its body. false: ptrace(2) is not allowed here.
  bool lead(std::uint32_t actor);
  /// Lets one that is led execute an instruction. It is not led any more once it has left; cue() sets it free.
  Stepped step(std::uint32_t actor);
  /// Lets one that is led, and has stopped, go on until it stands for the `times`-th time before what is at that address. false: it does not come
  /// there, and may be anywhere.
  bool run_to(std::uint32_t actor, std::uint64_t address, std::uint64_t times);
  /// Of what it executes next; 0: cannot be known.
  [[nodiscard]] std::uint64_t address(std::uint32_t actor) const { return steppers_[actor]->address(); }
  /// Lets one that is led, and has stopped, go on to where it enters its next step of the scenario. false: it is gone, without having stopped.
  bool skip_to_next_step(std::uint32_t actor);
  /// The function that one stands in that is led: "pthread_mutex_lock+65".
  [[nodiscard]] std::string instruction(std::uint32_t actor) const;

  /// Kills an actor that sleeps or waits, and waits until it is gone.
  void kill(std::uint32_t actor);
  /// Lets one that waits, or sleeps while nobody acts, go on for as long as it lives, without another cue, and returns at once.
  void let_go(std::uint32_t actor);
  /// Whether one has nothing to do at this moment: it sleeps for good, has left, is dead, or was not let go.
  bool rests(std::uint32_t actor);
  /// Kills an actor that waits, and returns when it is gone, whatever others do meanwhile.
  void kill_at_once(std::uint32_t actor);
  /// One that was stopped by its mishap goes on with its cue.
  void go_on(std::uint32_t actor);
  /// Ends everybody who is left, and whom they started.
  void end();

  [[nodiscard]] std::uint32_t actors() const { return actors_; }
  [[nodiscard]] fault::ActorState state(std::uint32_t actor) const { return fault::state_of(seat(actor)); }
  [[nodiscard]] const fault::ActorSeat& seat(std::uint32_t actor) const { return area().seats[actor]; }
  [[nodiscard]] const measure::Record& record(std::uint32_t actor) const { return area().records[actor]; }
  /// Alive and not at the end of its body.
  [[nodiscard]] bool is_on(std::uint32_t actor) const;
  /// Or has become another program.
  [[nodiscard]] bool is_dead(std::uint32_t actor) const { return ended_[actor]; }
  /// Whether the mishap of its cue has befallen it.
  [[nodiscard]] bool has_come_to_grief(std::uint32_t actor) const { return is_dead(actor) || seat(actor).suffered; }
  /// How a dead one ended.
  [[nodiscard]] run::ExitStatus ending(std::uint32_t actor) const { return endings_[actor]; }
  /// Whether its body ended by an exception that is no answer of the strategy; its record has the text.
  [[nodiscard]] bool has_thrown(std::uint32_t actor) const;
  /// Its latest access: "store at spsc_ring.hpp:51, in step 'send'".
  [[nodiscard]] std::string whereabouts(std::uint32_t actor) const;

  /// Says to the others that one is dead, as CaseCode::bury().
  void bury(std::uint32_t actor);
  /// The scenario's judgement, once everybody has left or is dead.
  [[nodiscard]] Verdict judge() const;

 private:
  /// In which an actor has to stop or sleep or end.
  static constexpr std::chrono::seconds patience{20};
  /// What an actor and the director agree on.
  enum class Led : std::uint32_t { no, asked, refused };
  class LedGate;
  struct Area {
    std::array<fault::ActorSeat, most_actors> seats;
    std::array<measure::Record, most_actors> records;
    std::array<std::atomic<std::uint32_t>, most_actors> threw;
    std::array<std::atomic<std::uint32_t>, most_actors> led;  ///< Led
    std::atomic<std::uint32_t> never_stop;
  };

  [[nodiscard]] Area& area() const { return *reinterpret_cast<Area*>(region_.payload()); }
  [[nodiscard]] void* memory() const;
  [[nodiscard]] std::size_t memory_bytes() const;
  void retire();
  void start(std::uint32_t actor);

  // crash_actor.cpp: in a process of its own
  [[noreturn]] void act(std::uint32_t actor, pid_t director);
  void perform(std::uint32_t actor);
  void take_part(std::uint32_t actor, measure::Gate& gate);

  // crash_settling.cpp
  void settle();
  void await_news(int looks);
  bool is_settled(std::uint32_t actor);
  [[nodiscard]] bool sleeps(std::uint32_t actor) const;

  Stepped await_stop(std::uint32_t actor);
  [[nodiscard]] bool anybody_sleeps() const;
  bool has_ended(std::uint32_t actor);
  bool has_become_other(std::uint32_t actor);

  const catalogue::CaseCode& code_;
  const catalogue::ScenarioEntry& scenario_;
  ParamValues values_;
  std::size_t progress_;
  std::uint32_t actors_;
  shm::Region region_;
  run::FileDescriptor bell_;     ///< rings when an actor changes its state
  run::FileDescriptor nowhere_;  ///< /dev/null, for what a library says as it aborts
  Manner manner_;
  bool created_ = false;
  run::Strays strays_;
  std::array<pid_t, most_actors> pids_{};  ///< 0: not started, or reaped
  std::array<run::FileDescriptor, most_actors> pidfds_;
  std::array<bool, most_actors> ended_{};
  std::array<bool, most_actors> stopped_{};
  std::array<std::unique_ptr<Stepper>, most_actors> steppers_;  ///< of those that are led
  std::array<run::ExitStatus, most_actors> endings_{};
};

}  // namespace shmlab::crash
