#include "measure/usage.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace shmlab::measure {
namespace {

using namespace std::chrono_literals;

constexpr auto watchdog = 30s;

TEST(Usage, DifferenceIsFieldByField) {
  const Usage earlier{.cpu_ns = 10, .voluntary_switches = 3, .involuntary_switches = 1};
  const Usage later{.cpu_ns = 110, .voluntary_switches = 7, .involuntary_switches = 9};
  EXPECT_EQ(later - earlier, (Usage{.cpu_ns = 100, .voluntary_switches = 4, .involuntary_switches = 8}));
}

TEST(Usage, CountsTheWorkOfThisThread) {
  const Usage before = usage_of_this_thread();
  const auto deadline = std::chrono::steady_clock::now() + watchdog;
  Usage used;
  while (used.cpu_ns < 1'000'000 && std::chrono::steady_clock::now() < deadline) { used = usage_of_this_thread() - before; }
  EXPECT_GE(used.cpu_ns, 1'000'000U);
}

TEST(Usage, CountsBlockingAsVoluntary) {
  const Usage before = usage_of_this_thread();
  const auto deadline = std::chrono::steady_clock::now() + watchdog;
  Usage used;
  while (used.voluntary_switches < 3 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(100us);
    used = usage_of_this_thread() - before;
  }
  EXPECT_GE(used.voluntary_switches, 3U);
}

TEST(Usage, LeavesOtherThreadsOut) {
  constexpr std::uint64_t work_ns = 50'000'000;
  const Usage before = usage_of_this_thread();
  std::uint64_t others_ns = 0;
  std::thread other([&others_ns] {
    const Usage start = usage_of_this_thread();
    const auto deadline = std::chrono::steady_clock::now() + watchdog;
    while (others_ns < work_ns && std::chrono::steady_clock::now() < deadline) {
      others_ns = (usage_of_this_thread() - start).cpu_ns;
    }
  });
  other.join();
  EXPECT_GE(others_ns, work_ns);
  EXPECT_LT((usage_of_this_thread() - before).cpu_ns, work_ns);
}

}  // namespace
}  // namespace shmlab::measure
