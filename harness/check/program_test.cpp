#include "check/program.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

namespace shmlab::check {
namespace {

std::vector<std::uint64_t> choices_of(std::uint64_t number, std::uint32_t participant) {
  Program program(number, participant);
  std::vector<std::uint64_t> chosen;
  for (int i = 0; i < 64; ++i) { chosen.push_back(program.choose(4)); }
  return chosen;
}

TEST(Program, IsTheSameEveryTime) {
  for (const std::uint64_t number : {0ULL, 1ULL, ~0ULL}) { EXPECT_EQ(choices_of(number, 1), choices_of(number, 1)); }
}

TEST(Program, TakesTheFirstChoiceAlwaysWhenItIsTheSimplest) {
  EXPECT_EQ(choices_of(0, 0), std::vector<std::uint64_t>(64, 0));
  EXPECT_EQ(choices_of(0, 7), std::vector<std::uint64_t>(64, 0));
}

TEST(Program, DiffersByNumberAndParticipant) {
  EXPECT_NE(choices_of(1, 0), choices_of(2, 0));
  EXPECT_NE(choices_of(1, 0), choices_of(1, 1));
}

TEST(Program, MakesEveryChoice) {
  for (const std::uint64_t number : {1ULL, 1ULL << 32U, ~0ULL}) {
    const auto chosen = choices_of(number, 0);
    EXPECT_EQ(std::set(chosen.begin(), chosen.end()), (std::set<std::uint64_t>{0, 1, 2, 3}));
  }
}

struct CountingEnv {
  static inline std::uint64_t pauses = 0;
  static void pause() { ++pauses; }
};

TEST(Program, PausesAtMostAsOftenAsAllowed) {
  Program program(5, 0);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 64; ++i) {
    CountingEnv::pauses = 0;
    pause<CountingEnv>(program, 2);
    seen.insert(CountingEnv::pauses);
  }
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2}));
}

}  // namespace
}  // namespace shmlab::check
