#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <source_location>

#include "contract/config.hpp"
#include "env/tracer.hpp"
#include "fault/schedule.hpp"

namespace shmlab::fault {

inline constexpr std::uint32_t max_seats = 16;

/// How a run of participants that take turns ended.
enum class RoundEnd : std::uint8_t {
  open,      ///< it goes on
  finished,  ///< everybody's body returned
  asleep,    ///< all who are left sleep, and nobody can wake them
  polling,   ///< all who are left poll, and what they poll for can no longer change
  too_long,  ///< more steps than are allowed
  threw      ///< a body threw
};

/// Where a participant stands.
enum class SeatState : std::uint8_t { ready, asleep, finished };

/// One participant's place. Written by who has the turn.
struct Seat {
  SeatState state = SeatState::ready;
  bool timed = false;            ///< asleep until a time-out
  bool timed_out = false;        ///< the sleep ended so
  bool process_private = false;  ///< asleep where other processes cannot wake it
  env::Operation operation{};    ///< of its latest access
  std::uint32_t line = 0;        ///< of it
  std::uint32_t idle_polls = 0;  ///< since memory last changed
  const char* file = nullptr;  ///< of it; a literal of this program, at the same address in every process forked from the runner
  const char* function = nullptr;                                 ///< of it
  std::uint64_t asleep_on = 0;                                    ///< offset of the word
  std::uint64_t asleep_since = 0;                                 ///< step
  alignas(line_pair_bytes) std::atomic<std::uint32_t> parked{0};  ///< 1: waits for its turn in the kernel
};

/// One access of a run, for the table of a finding.
struct TraceEntry {
  std::uint32_t participant = 0;
  std::uint32_t line = 0;
  const char* file = nullptr;
  const char* function = nullptr;
  std::uint64_t offset = 0;  ///< of the address in the memory of the case; no_offset: none
  std::uint64_t value = 0;
  std::uint32_t bytes = 0;
  std::memory_order order{};
  env::Operation operation{};
  bool has_value = false;

  static constexpr std::uint64_t no_offset = ~std::uint64_t{0};
};

/// What participants in different processes share so that one runs at a time and a run repeats exactly. All but the atomics belongs to
/// who has the turn; the turn is passed with release and acquire, so they need no order of their own.
struct TurnTable {
  /// Who has the turn between two runs.
  static constexpr std::uint32_t conductor = max_seats;
  /// Everybody leaves.
  static constexpr std::uint32_t nobody = max_seats + 1;

  alignas(line_pair_bytes) std::atomic<std::uint32_t> turn{conductor};
  alignas(line_pair_bytes) std::uint32_t participants = 0;
  std::uint32_t spins = 0;  ///< looks at the turn before waiting in the kernel
  std::uint64_t most_steps = 0;
  std::uint64_t steps = 0;        ///< accesses of this run
  std::uint32_t turn_length = 0;  ///< steps in a row of who has the turn
  RoundEnd end = RoundEnd::open;
  std::uint32_t planned = 0;  ///< preemptions to make
  std::uint32_t next_planned = 0;
  std::uint32_t taken = 0;               ///< preemptions made
  std::uint32_t switch_probability = 0;  ///< of a preemption at a step, in 1/2^32; 0: only what is planned
  std::uint64_t random = 0;              ///< state of the generator
  std::uint64_t traced = 0;              ///< entries written
  std::array<Preemption, max_preemptions> plan{};
  std::array<Preemption, max_preemptions> log{};
  std::array<Seat, max_seats> seats{};

  /// Between two runs, by the conductor: everybody ready, nothing done.
  void reset();
};

}  // namespace shmlab::fault
