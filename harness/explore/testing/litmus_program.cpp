#include "explore/testing/litmus_program.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace shmlab::explore::testing {
namespace {

std::string_view name_of(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed: return "relaxed";
    case std::memory_order_consume: return "consume";
    case std::memory_order_acquire: return "acquire";
    case std::memory_order_release: return "release";
    case std::memory_order_acq_rel: return "acq_rel";
    case std::memory_order_seq_cst: return "seq_cst";
  }
  return "?";
}

char name_of(std::uint32_t location) {
  return static_cast<char>('x' + location);
}

bool is_load_order(std::memory_order order) {
  return order == std::memory_order_relaxed || order == std::memory_order_acquire || order == std::memory_order_seq_cst;
}

bool is_store_order(std::memory_order order) {
  return order == std::memory_order_relaxed || order == std::memory_order_release || order == std::memory_order_seq_cst;
}

bool has_valid_order(const Instruction& instruction) {
  switch (instruction.operation) {
    case Operation::load: return is_load_order(instruction.order);
    case Operation::store: return is_store_order(instruction.order);
    case Operation::compare_exchange: return instruction.order != std::memory_order_consume && is_load_order(instruction.failure);
    case Operation::exchange:
    case Operation::fetch_add: return instruction.order != std::memory_order_consume;
    case Operation::fence:
      return instruction.order != std::memory_order_consume && instruction.order != std::memory_order_relaxed;
  }
  return false;
}

std::string call_of(const Instruction& instruction) {
  const char location = name_of(instruction.location);
  const std::string_view order = name_of(instruction.order);
  switch (instruction.operation) {
    case Operation::load: return fmt::format("{}.load({})", location, order);
    case Operation::store: return fmt::format("{}.store({}, {})", location, instruction.value, order);
    case Operation::exchange: return fmt::format("{}.exchange({}, {})", location, instruction.value, order);
    case Operation::fetch_add: return fmt::format("{}.fetch_add({}, {})", location, instruction.value, order);
    case Operation::compare_exchange:
      return fmt::format("{}.compare_exchange{}({}, {}, {}, {})", location, instruction.weak ? "_weak" : "", instruction.expected,
                         instruction.value, order, name_of(instruction.failure));
    case Operation::fence: return fmt::format("fence({})", order);
  }
  return "?";
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// "r0=" of "r0=1".
std::string left_side(const std::string& word) {
  return word.substr(0, word.find('=') + 1);
}

}  // namespace

Instruction load(std::uint32_t location, std::memory_order order) {
  return {.operation = Operation::load, .location = location, .order = order};
}

Instruction store(std::uint32_t location, std::uint32_t value, std::memory_order order) {
  return {.operation = Operation::store, .location = location, .value = value, .order = order};
}

Instruction exchange(std::uint32_t location, std::uint32_t value, std::memory_order order) {
  return {.operation = Operation::exchange, .location = location, .value = value, .order = order};
}

Instruction fetch_add(std::uint32_t location, std::uint32_t value, std::memory_order order) {
  return {.operation = Operation::fetch_add, .location = location, .value = value, .order = order};
}

Instruction compare_exchange(std::uint32_t location, std::uint32_t expected, std::uint32_t desired, std::memory_order order,
                             std::memory_order failure) {
  return {.operation = Operation::compare_exchange,
          .location = location,
          .value = desired,
          .expected = expected,
          .order = order,
          .failure = failure};
}

Instruction compare_exchange_weak(std::uint32_t location, std::uint32_t expected, std::uint32_t desired, std::memory_order order,
                                  std::memory_order failure) {
  Instruction instruction = compare_exchange(location, expected, desired, order, failure);
  instruction.weak = true;
  return instruction;
}

Instruction fence(std::memory_order order) {
  return {.operation = Operation::fence, .order = order};
}

bool has_result(const Instruction& instruction) {
  return instruction.operation != Operation::store && instruction.operation != Operation::fence;
}

bool writes(const Instruction& instruction, std::uint32_t read) {
  if (instruction.operation == Operation::compare_exchange) { return read == instruction.expected; }
  return instruction.operation != Operation::load && instruction.operation != Operation::fence;
}

std::uint32_t value_written(const Instruction& instruction, std::uint32_t read) {
  return instruction.operation == Operation::fetch_add ? read + instruction.value : instruction.value;
}

std::size_t LitmusProgram::locations() const {
  std::size_t count = 0;
  for (const auto& thread : threads) {
    for (const Instruction& instruction : thread) {
      if (instruction.operation != Operation::fence) { count = std::max<std::size_t>(count, instruction.location + 1); }
    }
  }
  return count;
}

std::size_t LitmusProgram::registers() const {
  std::size_t count = 0;
  for (const auto& thread : threads) {
    count += static_cast<std::size_t>(std::count_if(thread.begin(), thread.end(), has_result));
  }
  return count;
}

void LitmusProgram::check() const {
  std::size_t instructions = 0;
  for (const auto& thread : threads) {
    instructions += thread.size();
    for (const Instruction& instruction : thread) {
      if (!has_valid_order(instruction)) { throw std::invalid_argument("no such order: " + call_of(instruction)); }
    }
  }
  if (threads.size() > most_threads || locations() > most_locations || instructions > most_instructions) {
    throw std::invalid_argument(fmt::format("too large: {} threads, {} locations, {} instructions; at most {}, {} and {}",
                                            threads.size(), locations(), instructions, most_threads, most_locations,
                                            most_instructions));
  }
}

std::string to_string(const LitmusProgram& program) {
  std::string text;
  std::size_t result = 0;
  for (std::size_t thread = 0; thread < program.threads.size(); ++thread) {
    text += fmt::format("P{}:", thread);
    std::string_view separator = " ";
    for (const Instruction& instruction : program.threads[thread]) {
      text += separator;
      if (has_result(instruction)) { text += fmt::format("r{} = ", result++); }
      text += call_of(instruction);
      separator = "; ";
    }
    text += '\n';
  }
  return text;
}

std::string to_string(const Outcome& outcome) {
  std::vector<std::string> words;
  for (const std::uint32_t value : outcome.registers) { words.push_back(fmt::format("r{}={}", words.size(), value)); }
  for (std::uint32_t location = 0; location < outcome.memory.size(); ++location) {
    words.push_back(fmt::format("{}={}", name_of(location), outcome.memory[location]));
  }
  std::string text;
  for (const std::string& word : words) { text += text.empty() ? word : " " + word; }
  return text;
}

bool satisfies(const Outcome& outcome, const std::string& condition) {
  const auto facts = words_of(to_string(outcome));
  const auto wanted = words_of(condition);
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) {
    const auto fact =
        std::find_if(facts.begin(), facts.end(), [&](const auto& one) { return left_side(one) == left_side(word); });
    if (fact == facts.end()) { throw std::invalid_argument(fmt::format("{} is not in {}", word, to_string(outcome))); }
    return *fact == word;
  });
}

}  // namespace shmlab::explore::testing
