#pragma once

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Small concurrent programs as plain data, for litmus tests and random ones: what a memory model is asked about.
namespace shmlab::explore::testing {

enum class Operation : std::uint8_t { load, store, exchange, fetch_add, compare_exchange, fence };

/// One atomic operation on a location, or a fence. Make it with the functions below.
struct Instruction {
  Operation operation = Operation::fence;
  std::uint32_t location = 0;
  std::uint32_t value = 0;     // stored, added, or desired
  std::uint32_t expected = 0;  // compare_exchange only
  std::memory_order order = std::memory_order_seq_cst;
  std::memory_order failure = std::memory_order_relaxed;  // compare_exchange only
  bool weak = false;                                      // compare_exchange only: may fail without a reason
};

Instruction load(std::uint32_t location, std::memory_order order);
Instruction store(std::uint32_t location, std::uint32_t value, std::memory_order order);
Instruction exchange(std::uint32_t location, std::uint32_t value, std::memory_order order);
Instruction fetch_add(std::uint32_t location, std::uint32_t value, std::memory_order order);
/// The strong one: fails only when it reads another value than `expected`.
Instruction compare_exchange(std::uint32_t location, std::uint32_t expected, std::uint32_t desired, std::memory_order order,
                             std::memory_order failure);
/// May fail although it reads `expected`.
Instruction compare_exchange_weak(std::uint32_t location, std::uint32_t expected, std::uint32_t desired, std::memory_order order,
                                  std::memory_order failure);
Instruction fence(std::memory_order order);

/// What the result of a compare_exchange_weak has added that failed without a reason: no location of a test is to hold so much.
inline constexpr std::uint32_t without_reason = 1000;

/// Whether it gives a value, which then has a register: all but stores and fences. A compare_exchange gives the value that it
/// read, and so whether it succeeded, but for `without_reason`.
[[nodiscard]] bool has_result(const Instruction& instruction);
/// Whether it writes when it reads `read`, unless it fails without a reason; `read` counts for a compare_exchange only.
[[nodiscard]] bool writes(const Instruction& instruction, std::uint32_t read);
/// What it then writes. Sums wrap around.
[[nodiscard]] std::uint32_t value_written(const Instruction& instruction, std::uint32_t read);

/// Straight-line code of some threads over locations x, y, z, which are 0 when the threads begin.
struct LitmusProgram {
  static constexpr std::size_t most_threads = 4;
  static constexpr std::size_t most_locations = 3;
  static constexpr std::size_t most_instructions = 14;

  std::vector<std::vector<Instruction>> threads;

  /// One more than the highest location that occurs.
  [[nodiscard]] std::size_t locations() const;
  /// How many registers its threads have together.
  [[nodiscard]] std::size_t registers() const;
  /// Throws std::invalid_argument when it is larger than the bounds above, or an operation has an order that C++ does not give it
  /// ([atomics.types.operations]; memory_order_consume is left out).
  void check() const;
};

/// How a run of a program ended.
struct Outcome {
  std::vector<std::uint32_t> registers;  // thread by thread, in program order
  std::vector<std::uint32_t> memory;     // the last value of each location in its modification order

  auto operator<=>(const Outcome&) const = default;
};

/// A line for each thread: "P0: x.store(1, release); r0 = y.load(acquire)". Registers are numbered as in Outcome.
[[nodiscard]] std::string to_string(const LitmusProgram& program);
/// "r0=1 r1=0 x=1 y=2"
[[nodiscard]] std::string to_string(const Outcome& outcome);

/// Whether `condition`, words like those of to_string(Outcome), holds in it: "r0=1 x=2". Throws std::invalid_argument when a word
/// names nothing that the outcome has.
[[nodiscard]] bool satisfies(const Outcome& outcome, const std::string& condition);

}  // namespace shmlab::explore::testing
