#include "check/guarded.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "env/native_env.hpp"
#include "measure/record.hpp"

namespace shmlab::check {
namespace {

class Open : public measure::Gate {
 public:
  bool enter() override { return true; }
  void leave() override {}
};

/// NativeEnv whose pause lets a test act in the middle of a visit.
struct ActingEnv : env::NativeEnv {
  static inline std::function<void()> in_pause;
  static void pause() {
    if (in_pause) { std::exchange(in_pause, nullptr)(); }
  }
};

class GuardedTest : public ::testing::Test {
 protected:
  bool pass(std::uint32_t index, std::uint64_t pauses = 1) { return guarded_.pass(index, pauses, session_); }
  [[nodiscard]] std::string why() const { return record_.violation.data(); }

  measure::Record record_{};
  std::atomic<std::uint32_t> stop_{0};
  Open gate_;
  measure::Session session_{record_, stop_, {}, {}, gate_};
  Guarded<ActingEnv> guarded_;
};

TEST_F(GuardedTest, CountsVisitsOneAfterTheOther) {
  for (const std::uint32_t visitor : {0U, 1U, 0U, 2U}) { EXPECT_TRUE(pass(visitor)); }
  EXPECT_EQ(guarded_.visits(), 4U);
  EXPECT_TRUE(guarded_.is_tidy());
  EXPECT_FALSE(session_.has_violation());
}

TEST_F(GuardedTest, SeesAVisitorInTheMiddle) {
  ActingEnv::in_pause = [this] { EXPECT_FALSE(pass(1)); };
  pass(0);
  EXPECT_EQ(why(), "owner on entry is 1, expected 0");
}

TEST_F(GuardedTest, AReaderSeesAVisitorInTheMiddle) {
  EXPECT_TRUE(guarded_.look(session_));
  ActingEnv::in_pause = [this] { EXPECT_FALSE(guarded_.look(session_)); };
  pass(0);
  EXPECT_EQ(why(), "owner beside a reader is 1, expected 0");
  EXPECT_TRUE(guarded_.look(session_)) << "nobody is in the middle any more";
}

TEST_F(GuardedTest, SeesAWordThatWasOverwritten) {
  ActingEnv::in_pause = [this] { guarded_ = Guarded<ActingEnv>{}; };
  EXPECT_FALSE(pass(3));
  EXPECT_EQ(why(), "owner inside the section is 0, expected 4");
  EXPECT_TRUE(guarded_.is_tidy());
}

}  // namespace
}  // namespace shmlab::check
