#include "check/expect.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "contract/testing/local_lock.hpp"
#include "measure/record.hpp"

namespace shmlab::check {
namespace {

class Open : public measure::Gate {
 public:
  bool enter() override { return true; }
  void leave() override {}
};

class ExpectTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string why() const { return record_.violation.data(); }

  measure::Record record_{};
  std::atomic<std::uint32_t> stop_{0};
  Open gate_;
  measure::Session session_{record_, stop_, {}, {}, gate_};
};

TEST_F(ExpectTest, IsContentWithWhatIsExpected) {
  EXPECT_TRUE(expect(session_, "the word", 7, 7));
  EXPECT_FALSE(session_.has_violation());
}

TEST_F(ExpectTest, RecordsWhatIsNot) {
  EXPECT_FALSE(expect(session_, "the word", 8, 7));
  EXPECT_EQ(why(), "the word is 8, expected 7");
}

TEST_F(ExpectTest, RecordsTheFirstTextOnly) {
  EXPECT_FALSE(refute(session_, "this"));
  EXPECT_FALSE(refute(session_, "that"));
  EXPECT_EQ(why(), "this");
}

TEST_F(ExpectTest, LocksWhenNobodyDied) {
  shmlab::testing::LocalLock::Shared shared;
  shmlab::testing::LocalLock lock(&shared, {}, {});
  EXPECT_TRUE(lock_clean(lock, session_));
  EXPECT_TRUE(shared.held);
  for (const Acquired answer : {Acquired::owner_died, Acquired::not_recoverable}) {
    shmlab::testing::LocalLock::answer = answer;
    EXPECT_FALSE(lock_clean(lock, session_));
  }
  shmlab::testing::LocalLock::answer = Acquired::clean;
  EXPECT_EQ(why(), "lock() answered owner_died, but nobody died");
}

}  // namespace
}  // namespace shmlab::check
