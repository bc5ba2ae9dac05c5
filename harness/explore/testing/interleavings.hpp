#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "explore/testing/litmus_program.hpp"

namespace shmlab::explore::testing {

/// Runs a program in every order of its instructions on one memory without regard to memory orders: sequential consistency as
/// Lamport put it (IEEE Transactions on Computers C-28(9), 1979).
class Interleavings {
 public:
  explicit Interleavings(const LitmusProgram& program) : program_(program) {}

  [[nodiscard]] std::set<Outcome> outcomes() {
    run({.next = std::vector<std::size_t>(program_.threads.size()),
         .registers = std::vector<std::vector<std::uint32_t>>(program_.threads.size()),
         .memory = std::vector<std::uint32_t>(program_.locations())});
    return outcomes_;
  }

 private:
  struct State {
    std::vector<std::size_t> next;
    std::vector<std::vector<std::uint32_t>> registers;  // by thread
    std::vector<std::uint32_t> memory;

    auto operator<=>(const State&) const = default;
  };

  void run(const State& state) {
    if (!seen_.insert(state).second) { return; }
    bool is_over = true;
    for (std::size_t thread = 0; thread < state.next.size(); ++thread) {
      if (state.next[thread] == program_.threads[thread].size()) { continue; }
      is_over = false;
      const Instruction& instruction = program_.threads[thread][state.next[thread]];
      State after = state;
      ++after.next[thread];
      if (instruction.weak && writes(instruction, state.memory[instruction.location])) {
        State failed = after;
        failed.registers[thread].push_back(state.memory[instruction.location] + without_reason);
        run(failed);
      }
      step(instruction, after.registers[thread], after.memory);
      run(after);
    }
    if (!is_over) { return; }
    Outcome outcome{.registers = {}, .memory = state.memory};
    for (const auto& own : state.registers) { outcome.registers.insert(outcome.registers.end(), own.begin(), own.end()); }
    outcomes_.insert(outcome);
  }

  static void step(const Instruction& instruction, std::vector<std::uint32_t>& registers, std::vector<std::uint32_t>& memory) {
    if (instruction.operation == Operation::fence) { return; }
    std::uint32_t& word = memory[instruction.location];
    const std::uint32_t read = word;
    if (has_result(instruction)) { registers.push_back(read); }
    if (writes(instruction, read)) { word = value_written(instruction, read); }
  }

  const LitmusProgram& program_;
  std::set<State> seen_;
  std::set<Outcome> outcomes_;
};

[[nodiscard]] inline std::set<Outcome> interleaving_outcomes(const LitmusProgram& program) {
  return Interleavings(program).outcomes();
}

}  // namespace shmlab::explore::testing
