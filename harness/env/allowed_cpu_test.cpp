#include "env/allowed_cpu.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace shmlab::env {
namespace {

/// On a thread of its own, whose affinity is gone with it.
TEST(AllowedCpu, IsToldWhenThereIsOneOnly) {
  std::thread([] {
    cpu_set_t allowed;
    ASSERT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    EXPECT_EQ(only_allowed_cpu().has_value(), CPU_COUNT(&allowed) == 1);
    for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(cpu, &allowed)) { continue; }
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
      EXPECT_EQ(only_allowed_cpu(), cpu);
    }
  }).join();
}

}  // namespace
}  // namespace shmlab::env
