#pragma once

#include <cstdint>
#include <exception>
#include <span>

#include "env/tracer.hpp"
#include "fault/turn_table.hpp"

namespace shmlab::fault {

/// Ends the body of a participant whose run is over. Not a std::exception: no body takes it for an error of its own.
struct RunIsOver {};

/// One participant's side of taking turns: its tracer. Every access is a step; before it takes effect the turn may go to another:
/// by a preemption, because it polls, or because it has had the turn for very long.
class Turns final : public env::Tracer {
 public:
  /// `memory` is where the case's memory is mapped here; `trace` may be empty.
  Turns(TurnTable& table, std::span<TraceEntry> trace, const void* memory, std::uint32_t self)
      : table_(table), trace_(trace), memory_(static_cast<const std::byte*>(memory)), self_(self) {}

  /// Before the body: waits for its first turn. false: there is no further run.
  bool await_start();
  /// After the body: the turn goes to somebody who is left, or to the conductor. Throws RunIsOver when those who are left are stuck.
  void finish();
  /// Ends the run for everybody; afterwards the conductor has the turn.
  void end_run(RoundEnd end);

  void before(const env::Access& access) override;
  void gave(std::uint64_t value) override;
  [[nodiscard]] bool takes_turns() const override { return true; }
  bool sleep(const void* word, shm::FutexScope scope, bool timed) override;
  void wake(const void* word, std::uint32_t count, shm::FutexScope scope) override;
  [[nodiscard]] std::uint32_t thread_id() const override { return self_ + 1; }

 private:
  [[nodiscard]] Seat& seat() { return table_.seats[self_]; }
  [[nodiscard]] std::uint64_t offset_of(const void* address) const;
  void note(const env::Access& access);
  void trace(const env::Access& access);
  void count_idle(const env::Access& access);
  [[nodiscard]] bool everybody_polls_in_vain() const;
  [[nodiscard]] std::uint32_t preempting();
  [[nodiscard]] std::uint32_t next_ready() const;
  [[nodiscard]] std::uint32_t time_out_somebody();
  void hand_to(std::uint32_t who);
  void await_turn();

  TurnTable& table_;
  std::span<TraceEntry> trace_;
  const std::byte* memory_;
  std::uint32_t self_;
};

/// The conductor's side, between runs: waits until a run is over.
void await_end_of_run(TurnTable& table);
/// Starts a run: participant 0 has the turn.
void start_run(TurnTable& table);
/// There is no further run.
void dismiss(TurnTable& table);

}  // namespace shmlab::fault
