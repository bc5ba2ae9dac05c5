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
class FiberTest : public ::testing::Test {
 public:
  struct Side {
    FiberTest* test = nullptr;
    void (*work)(FiberTest& test) = nullptr;
  };
  /// Runs `work` on a stack of its own until it calls pause() or returns.
  void start(void (*work)(FiberTest& test)) {
    side_ = {this, work};
    fiber_ = std::make_unique<Fiber>(
        [](void* argument) {
          const auto& side = *static_cast<Side*>(argument);
          side.work(*side.test);
          side.test->ended_ = true;
          side.test->pause();
        },
        &side_);
    resume();
  }
  void resume() { main_.switch_to(*fiber_); }
  void pause() { fiber_->switch_to(main_); }

  Fiber main_;
  std::unique_ptr<Fiber> fiber_;
  Side side_;
  std::string said_;
  std::uint64_t count_ = 0;
  bool ended_ = false;
};

TEST_F(FiberTest, GoesOnWhereItPaused) {
  start([](FiberTest& test) {
    test.said_ += "a";
    test.pause();
    test.said_ += "c";
  });
  said_ += "b";
  resume();
  EXPECT_EQ(said_, "abc");
  EXPECT_TRUE(ended_);
}

TEST_F(FiberTest, SwitchesAMillionTimes) {
  start([](FiberTest& test) {
    for (;;) {
      ++test.count_;
      test.pause();
    }
  });
  for (int i = 0; i < 1'000'000; ++i) { resume(); }
  EXPECT_EQ(count_, 1'000'001);
}

TEST_F(FiberTest, HasAnAlignedStackOfTheSizeAskedFor) {
  start([](FiberTest& test) {
    alignas(16) volatile std::byte local[128 * 1024];
    local[0] = std::byte{1};
    local[sizeof local - 1] = std::byte{2};
    test.count_ = reinterpret_cast<std::uintptr_t>(&local) % 16;
  });
  EXPECT_TRUE(ended_);
  EXPECT_EQ(count_, 0U);
}

TEST_F(FiberTest, ExceptionsStayWithTheirStack) {
  start([](FiberTest& test) {
    try {
      throw std::runtime_error("inside");
    } catch (const std::exception& error) {
      test.pause();  // handling it
      test.said_ += error.what();
      try {
        throw;
      } catch (const std::runtime_error& again) { test.said_ += again.what(); }
    }
  });
  try {
    throw std::logic_error("outside");
  } catch (const std::exception& error) {
    resume();
    said_ += error.what();
    EXPECT_EQ(std::current_exception() != nullptr, true);
  }
  EXPECT_EQ(said_, "insideinsideoutside");
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST_F(FiberTest, AnExceptionUnwindsItsLocals) {
  start([](FiberTest& test) {
    struct Guard {
      std::string& said;
      ~Guard() { said += "unwound"; }
    };
    try {
      const Guard guard{test.said_};
      test.pause();
      throw std::runtime_error("stop");
    } catch (const std::runtime_error&) { test.said_ += ", caught"; }
  });
  EXPECT_EQ(said_, "");
  resume();
  EXPECT_EQ(said_, "unwound, caught");
}

}  // namespace
}  // namespace shmlab::explore
