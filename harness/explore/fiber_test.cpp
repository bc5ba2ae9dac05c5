#include "explore/fiber.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace shmlab::explore {
namespace {

/// Two stacks that switch to each other.
struct FiberTest : ::testing::Test {
  struct Side {
    FiberTest* test = nullptr;
    void (*work)(FiberTest& test) = nullptr;
  };
  /// Runs `work` on a stack of its own until it calls pause() or returns.
  void start(void (*work)(FiberTest& test)) {
    side = {this, work};
    fiber = std::make_unique<Fiber>(
        [](void* argument) {
          const auto& own = *static_cast<Side*>(argument);
          own.work(*own.test);
          own.test->ended = true;
          own.test->pause();
        },
        &side);
    resume();
  }
  void resume() { outside.switch_to(*fiber); }
  void pause() { fiber->switch_to(outside); }

  Fiber outside;
  std::unique_ptr<Fiber> fiber;
  Side side;
  std::string said;
  std::uint64_t count = 0;
  bool ended = false;
};

TEST_F(FiberTest, GoesOnWhereItPaused) {
  start([](FiberTest& test) {
    test.said += "a";
    test.pause();
    test.said += "c";
  });
  said += "b";
  resume();
  EXPECT_EQ(said, "abc");
  EXPECT_TRUE(ended);
}

TEST_F(FiberTest, SwitchesAMillionTimes) {
  start([](FiberTest& test) {
    for (;;) {
      ++test.count;
      test.pause();
    }
  });
  for (int i = 0; i < 1'000'000; ++i) { resume(); }
  EXPECT_EQ(count, 1'000'001);
}

TEST_F(FiberTest, HasAnAlignedStackOfTheSizeAskedFor) {
  start([](FiberTest& test) {
    alignas(16) volatile std::byte local[128 * 1024];
    local[0] = std::byte{1};
    local[sizeof local - 1] = std::byte{2};
    test.count = reinterpret_cast<std::uintptr_t>(&local) % 16;
  });
  EXPECT_TRUE(ended);
  EXPECT_EQ(count, 0U);
}

TEST_F(FiberTest, ExceptionsStayWithTheirStack) {
  start([](FiberTest& test) {
    try {
      throw std::runtime_error("inside");
    } catch (const std::exception& error) {
      test.pause();  // handling it
      test.said += error.what();
      try {
        throw;
      } catch (const std::runtime_error& again) { test.said += again.what(); }
    }
  });
  try {
    throw std::logic_error("outside");
  } catch (const std::exception& error) {
    resume();
    said += error.what();
    EXPECT_EQ(std::current_exception() != nullptr, true);
  }
  EXPECT_EQ(said, "insideinsideoutside");
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST_F(FiberTest, AnExceptionUnwindsItsLocals) {
  start([](FiberTest& test) {
    struct Guard {
      std::string& said;
      ~Guard() { said += "unwound"; }
    };
    try {
      const Guard guard{test.said};
      test.pause();
      throw std::runtime_error("stop");
    } catch (const std::runtime_error&) { test.said += ", caught"; }
  });
  EXPECT_EQ(said, "");
  resume();
  EXPECT_EQ(said, "unwound, caught");
}

}  // namespace
}  // namespace shmlab::explore
