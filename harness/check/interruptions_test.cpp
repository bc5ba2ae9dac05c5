#include "check/interruptions.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <ctime>

namespace shmlab::check {
namespace {

/// Sleeps that often, at most; true: one of them was interrupted.
bool is_interrupted(int sleeps, std::chrono::nanoseconds each) {
  const timespec time{0, each.count()};
  for (int i = 0; i < sleeps; ++i) {
    errno = 0;
    if (nanosleep(&time, nullptr) != 0 && errno == EINTR) { return true; }
  }
  return false;
}

TEST(Interruptions, MakeSleepsReturnEarly) {
  const Interruptions interruptions;
  ASSERT_TRUE(interruptions.is_active());
  EXPECT_TRUE(is_interrupted(30'000, std::chrono::milliseconds(1)));
}

TEST(Interruptions, EndWithTheObject) {
  { const Interruptions interruptions; }
  is_interrupted(1, std::chrono::milliseconds(1));  // a last one may be under way
  EXPECT_FALSE(is_interrupted(20, std::chrono::milliseconds(1)));
}

TEST(Interruptions, MayBeNested) {
  const Interruptions outer;
  { const Interruptions inner; }
  EXPECT_TRUE(is_interrupted(30'000, std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace shmlab::check
