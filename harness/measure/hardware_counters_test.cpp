#include "measure/hardware_counters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace shmlab::measure {
namespace {

std::uint64_t instructions_of(HardwareCounters& counters, std::uint64_t turns) {
  volatile std::uint64_t sum = 0;
  counters.start();
  for (std::uint64_t i = 0; i < turns; ++i) { sum = sum + i; }
  const std::optional<CpuCounts> counts = counters.stop();
  EXPECT_TRUE(counts.has_value());
  return counts.value_or(CpuCounts{}).instructions;
}

TEST(HardwareCounters, CountTheWorkOrSayWhyNot) {
  HardwareCounters counters;
  if (!counters.why_none().empty()) {
    EXPECT_EQ(std::ranges::count(counters.why_none(), '\n'), 0);
    counters.start();
    EXPECT_FALSE(counters.stop().has_value());
    GTEST_SKIP() << counters.why_none();
  }
  const std::uint64_t few = instructions_of(counters, 1'000);
  const std::uint64_t many = instructions_of(counters, 1'000'000);
  EXPECT_GE(few, 1'000U) << "each turn has an instruction at least";
  EXPECT_GE(many, 100 * few) << "each start() begins with 0, and more work counts more";
}

}  // namespace
}  // namespace shmlab::measure
