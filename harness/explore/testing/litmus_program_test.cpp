#include "explore/testing/litmus_program.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>

#include "explore/testing/random_program.hpp"

namespace shmlab::explore::testing {
namespace {

const LitmusProgram one_of_each{
    .threads = {
        {store(0, 1, std::memory_order_release), load(1, std::memory_order_acquire)},
        {exchange(1, 2, std::memory_order_acq_rel), fence(std::memory_order_seq_cst), fetch_add(2, 3, std::memory_order_relaxed),
         compare_exchange(0, 4, 5, std::memory_order_release, std::memory_order_relaxed),
         compare_exchange_weak(0, 6, 7, std::memory_order_acquire, std::memory_order_acquire)}}};

TEST(LitmusProgram, IsPrintedWithItsRegisters) {
  EXPECT_EQ(to_string(one_of_each),
            "P0: x.store(1, release); r0 = y.load(acquire)\n"
            "P1: r1 = y.exchange(2, acq_rel); fence(seq_cst); r2 = z.fetch_add(3, relaxed); "
            "r3 = x.compare_exchange(4, 5, release, relaxed); r4 = x.compare_exchange_weak(6, 7, acquire, acquire)\n");
  EXPECT_EQ(one_of_each.registers(), 5U);
  EXPECT_EQ(one_of_each.locations(), 3U);
}

TEST(LitmusProgram, OutcomesArePrintedComparedAndAsked) {
  const Outcome outcome{.registers = {1, 0}, .memory = {12, 3}};
  EXPECT_EQ(to_string(outcome), "r0=1 r1=0 x=12 y=3");
  EXPECT_LT(outcome, (Outcome{.registers = {1, 0}, .memory = {12, 4}}));
  EXPECT_TRUE(satisfies(outcome, "x=12 r0=1"));
  EXPECT_FALSE(satisfies(outcome, "x=1 r0=1"));
  EXPECT_FALSE(satisfies(outcome, "r0=1 r1=1"));
  EXPECT_THROW((void)satisfies(outcome, "z=0"), std::invalid_argument);
}

TEST(LitmusProgram, UpdatesSayWhatTheyWrite) {
  const Instruction cas = compare_exchange(0, 4, 5, std::memory_order_relaxed, std::memory_order_relaxed);
  EXPECT_TRUE(writes(cas, 4));
  EXPECT_FALSE(writes(cas, 5));
  EXPECT_EQ(value_written(cas, 4), 5U);
  EXPECT_EQ(value_written(fetch_add(0, 3, std::memory_order_relaxed), 4), 7U);
  EXPECT_EQ(value_written(exchange(0, 3, std::memory_order_relaxed), 4), 3U);
}

TEST(RandomProgram, IsValidSmallAndTheSameForItsSeed) {
  std::set<std::string> texts;
  std::set<Operation> operations;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const LitmusProgram program = random_program(seed);
    ASSERT_NO_THROW(program.check()) << to_string(program);
    ASSERT_GE(program.threads.size(), 2U);
    std::size_t instructions = 0;
    for (const auto& thread : program.threads) {
      instructions += thread.size();
      for (const Instruction& instruction : thread) { operations.insert(instruction.operation); }
    }
    ASSERT_LE(instructions, 8U) << to_string(program);
    ASSERT_EQ(to_string(random_program(seed)), to_string(program));
    texts.insert(to_string(program));
  }
  EXPECT_GT(texts.size(), 950U);
  EXPECT_EQ(operations.size(), 6U);
}

}  // namespace
}  // namespace shmlab::explore::testing
