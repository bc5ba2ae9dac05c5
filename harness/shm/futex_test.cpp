#include "shm/futex.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <system_error>

#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::shm {
namespace {

using std::chrono::milliseconds;
using testing::Child;
using Word = std::atomic<std::uint32_t>;

Word& word_in(const Region& region) {
  return *reinterpret_cast<Word*>(region.payload());
}

/// In a child: sees the region at another address than the parent, and reports how its wait ended.
int wait_elsewhere(Region& region, FutexScope scope, std::optional<std::chrono::nanoseconds> timeout) {
  map_apart(1, region.mapped_bytes(), [&](void* address) { region.relocate(address); });
  return static_cast<int>(futex_wait(word_in(region), 0, timeout, scope));
}

class FutexBetweenProcesses : public ::testing::Test {
 protected:
  Region region_ = Region::create({.kind = RegionKind::anonymous, .payload_bytes = sizeof(Word)});
};

TEST(Futex, returns_at_once_when_the_value_differs) {
  const Word word{7};
  EXPECT_EQ(futex_wait(word, 8), FutexWake::value_changed);
}

TEST(Futex, times_out) {
  const Word word{7};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(futex_wait(word, 7, milliseconds(20)), FutexWake::timed_out);
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(20));
}

TEST(Futex, takes_a_negative_time_out_for_none_left) {
  const Word word{7};
  EXPECT_EQ(futex_wait(word, 7, milliseconds(-5)), FutexWake::timed_out);
}

TEST(Futex, waits_until_a_moment) {
  const Word word{7};
  const auto deadline = std::chrono::steady_clock::now() + milliseconds(20);
  EXPECT_EQ(futex_wait_until(word, 7, deadline), FutexWake::timed_out);
  EXPECT_GE(std::chrono::steady_clock::now(), deadline);
  EXPECT_EQ(futex_wait_until(word, 7, {}), FutexWake::timed_out) << "a moment that has passed";
  EXPECT_EQ(futex_wait_until(word, 8, {}), FutexWake::value_changed);
}

TEST(Futex, wakes_nobody_when_nobody_sleeps) {
  Word word{7};
  EXPECT_EQ(futex_wake(word, wake_all), 0U);
}

TEST(Futex, reports_memory_that_is_not_mapped) {
  constexpr std::size_t page = 4096;
  void* const memory = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* const word = static_cast<Word*>(memory);
  ASSERT_EQ(munmap(memory, page), 0);
  EXPECT_THROW(futex_wait(*word, 0), std::system_error);
  EXPECT_THROW(futex_wake(*word, 1), std::system_error);
}

TEST_F(FutexBetweenProcesses, wakes_a_sleeper_at_another_address) {
  Child sleeper([this] { return wait_elsewhere(region_, FutexScope::shared, testing::watchdog); });
  ASSERT_TRUE(testing::eventually([this] { return futex_wake(word_in(region_), 1) == 1; }));
  EXPECT_EQ(sleeper.wait(), static_cast<int>(FutexWake::woken));
}

TEST_F(FutexBetweenProcesses, wakes_as_many_as_asked) {
  Child first([this] { return wait_elsewhere(region_, FutexScope::shared, testing::watchdog); });
  Child second([this] { return wait_elsewhere(region_, FutexScope::shared, testing::watchdog); });
  std::uint32_t woken = 0;
  ASSERT_TRUE(testing::eventually([&] {
    const std::uint32_t now = futex_wake(word_in(region_), 1);
    EXPECT_LE(now, 1U);
    woken += now;
    return woken == 2;
  }));
  EXPECT_EQ(first.wait(), static_cast<int>(FutexWake::woken));
  EXPECT_EQ(second.wait(), static_cast<int>(FutexWake::woken));
}

/// Negative control: a private futex is looked up by address space, so that the wake of another process never arrives.
TEST_F(FutexBetweenProcesses, private_scope_does_not_reach_another_process) {
  Child sleeper([this] { return wait_elsewhere(region_, FutexScope::process_private, milliseconds(300)); });
  std::uint32_t woken = 0;
  while (sleeper.is_running()) { woken += futex_wake(word_in(region_), wake_all, FutexScope::process_private); }
  EXPECT_EQ(woken, 0U);
  EXPECT_EQ(sleeper.wait(), static_cast<int>(FutexWake::timed_out));
}

TEST_F(FutexBetweenProcesses, says_when_a_signal_came) {
  Child sleeper([this] {
    struct sigaction action{};
    action.sa_handler = [](int) {};
    sigaction(SIGUSR1, &action, nullptr);
    word_in(region_).store(1, std::memory_order_release);  // pairs with the acquire below: the handler is in place
    return static_cast<int>(futex_wait(word_in(region_), 1, testing::watchdog));
  });
  // acquire: pairs with the release by the child
  ASSERT_TRUE(testing::eventually([this] { return word_in(region_).load(std::memory_order_acquire) == 1; }));
  ASSERT_TRUE(testing::eventually([&] {
    sleeper.signal(SIGUSR1);
    return !sleeper.is_running();
  }));
  EXPECT_EQ(sleeper.wait(), static_cast<int>(FutexWake::interrupted));
}

}  // namespace
}  // namespace shmlab::shm
