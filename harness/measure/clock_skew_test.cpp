#include "measure/clock_skew.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "measure/allowed_cpus.hpp"
#include "measure/clock.hpp"

namespace shmlab::measure {
namespace {

constexpr std::uint32_t passages = 50;

TEST(ClockSkew, IsNoneForOneClock) {
  const std::vector<int> cpus = allowed_cpus();
  const ClockReading monotonic = Clock::monotonic_ns;  // the kernel keeps it in step between CPUs
  EXPECT_EQ(measure_skew(cpus.front(), monotonic, cpus.back(), monotonic, passages), 0);
}

/// Negative control: a clock that is ahead is seen, whichever side it is on.
TEST(ClockSkew, OfAClockThatIsAheadIsFound) {
  constexpr std::uint64_t lead = 1'000'000'000'000'000;  // far more than the test takes
  const std::vector<int> cpus = allowed_cpus();
  const ClockReading monotonic = Clock::monotonic_ns;
  const ClockReading ahead = [] { return Clock::monotonic_ns() + lead; };
  for (const bool first : {true, false}) {
    const std::uint64_t skew =
        measure_skew(cpus.front(), first ? ahead : monotonic, cpus.back(), first ? monotonic : ahead, passages);
    EXPECT_GT(skew, lead / 2);
    EXPECT_LT(skew, lead);  // the passage itself takes some of it
  }
}

TEST(ClockSkew, NeedsTwoCpus) {
  EXPECT_EQ(measure_skew(std::vector<int>{0}), 0);
  EXPECT_EQ(measure_skew(std::vector<int>{}), 0);
}

}  // namespace
}  // namespace shmlab::measure
