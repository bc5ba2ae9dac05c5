#include "explore/testing/explored_outcomes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "env/traced_env.hpp"

namespace shmlab::explore::testing {
namespace {

using Word = env::TracedEnv::Atomic<std::uint32_t>;

struct Shared {
  std::array<Word, LitmusProgram::most_locations> words{};
};

/// Returns what the instruction gives; 0 when it gives nothing.
std::uint32_t execute(const Instruction& instruction, Word& word) {
  switch (instruction.operation) {
    case Operation::load: return word.load(instruction.order);
    case Operation::store: word.store(instruction.value, instruction.order); return 0;
    case Operation::exchange: return word.exchange(instruction.value, instruction.order);
    case Operation::fetch_add: return word.fetch_add(instruction.value, instruction.order);
    case Operation::compare_exchange: {
      std::uint32_t read = instruction.expected;
      if (!instruction.weak) {
        word.compare_exchange_strong(read, instruction.value, instruction.order, instruction.failure);
        return read;
      }
      const bool done = word.compare_exchange_weak(read, instruction.value, instruction.order, instruction.failure);
      return done || read != instruction.expected ? read : read + without_reason;
    }
    case Operation::fence: env::TracedEnv::fence(instruction.order); return 0;
  }
  return 0;
}

}  // namespace

Explored explored_outcomes(const LitmusProgram& program, Search& search, const Settings& settings) {
  program.check();
  std::vector<std::size_t> first_register;  // by thread
  std::size_t registers = 0;
  for (const auto& thread : program.threads) {
    first_register.push_back(registers);
    for (const Instruction& instruction : thread) { registers += has_result(instruction) ? 1 : 0; }
  }

  Explored explored;
  Outcome outcome{.registers = std::vector<std::uint32_t>(registers), .memory = std::vector<std::uint32_t>(program.locations())};
  const Program body{
      .bytes = sizeof(Shared),
      .participants = static_cast<std::uint32_t>(program.threads.size()),
      .create = [](void* memory) { new (memory) Shared{}; },
      .body =
          [&](std::uint32_t index, void* memory) {
            auto& shared = *std::launder(static_cast<Shared*>(memory));
            std::size_t next = first_register[index];
            for (const Instruction& instruction : program.threads[index]) {
              const std::uint32_t result = execute(instruction, shared.words[instruction.location]);
              if (has_result(instruction)) { outcome.registers[next++] = result; }
            }
          },
      .judge =
          [&](void* memory) {
            auto& shared = *std::launder(static_cast<Shared*>(memory));
            for (std::size_t i = 0; i < outcome.memory.size(); ++i) {
              outcome.memory[i] = shared.words[i].load(std::memory_order_relaxed);
            }
            explored.outcomes.insert(outcome);
            return Verdict::ok();
          },
  };
  explored.exploration = explore(body, settings, search);
  return explored;
}

}  // namespace shmlab::explore::testing
