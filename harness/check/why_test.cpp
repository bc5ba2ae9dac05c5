#include "check/why.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "check/elapsed.hpp"
#include "check/outcomes.hpp"

namespace shmlab::check {
namespace {

TEST(Why, NamesWhatWasFoundAndWhatWasExpected) {
  EXPECT_EQ(differs("the sum", 20, 30), "the sum is 20, expected 30");
  EXPECT_EQ(not_whole("the message", {.version = 7, .wrong_at = 17}, 64),
            "the message is not whole: version 7, byte 17 of 64 is wrong");
  EXPECT_EQ(went_back("the version", 9, 8), "the version went back from 9 to 8");
  EXPECT_EQ(nobody_died(Acquired::owner_died), "lock() answered owner_died, but nobody died");
}

TEST(Why, TellsThreeKindsOfAPayloadThatIsNotDue) {
  EXPECT_EQ(not_due("it", {.version = 7, .wrong_at = 17}, 64, 8), "it is not whole: version 7, byte 17 of 64 is wrong");
  EXPECT_EQ(not_due("it", {}, 64, 8), "it is blank, expected version 8");
  EXPECT_EQ(not_due("it", {.version = 7}, 64, 8), "it has version 7, expected 8");
}

TEST(Elapsed, NeverRunsBackwards) {
  EXPECT_EQ(elapsed(10, 25), 15U);
  EXPECT_EQ(elapsed(25, 10), 0U);
}

TEST(Outcomes, AddUpByRole) {
  const std::vector<Outcome> outcomes{{.index = 0, .role = 0, .operations = 5, .detail = {}},
                                      {.index = 1, .role = 1, .operations = 7, .detail = {}},
                                      {.index = 2, .role = 1, .operations = 8, .detail = {}}};
  EXPECT_EQ(operations_of(outcomes, 0), 5U);
  EXPECT_EQ(operations_of(outcomes, 1), 15U);
  EXPECT_EQ(operations_of(outcomes, 2), 0U);
}

}  // namespace
}  // namespace shmlab::check
