#include "check/version_order.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <initializer_list>
#include <string>

#include "measure/record.hpp"

namespace shmlab::check {
namespace {

class Open : public measure::Gate {
 public:
  bool enter() override { return true; }
  void leave() override {}
};

/// What is said to a reader who must see at least `least` and reads these.
std::string why(std::uint64_t least, std::initializer_list<Inspection> values) {
  measure::Record record{};
  const std::atomic<std::uint32_t> stop{0};
  Open gate;
  measure::Session session(record, stop, {}, {}, gate);
  VersionOrder order(least);
  for (const Inspection& value : values) {
    if (!order.next(value, 32, session)) { break; }
    EXPECT_EQ(order.latest(), value.version);
  }
  return record.violation.data();
}

TEST(VersionOrder, LetsVersionsStayAndGrow) {
  EXPECT_EQ(why(0, {{.version = 0}, {.version = 1}, {.version = 1}, {.version = 9}}), "");
}

TEST(VersionOrder, RefusesToGoBack) {
  EXPECT_EQ(why(0, {{.version = 3}, {.version = 2}}), "the version read went back from 3 to 2");
  EXPECT_EQ(why(5, {{.version = 0}}), "the version read went back from 5 to 0");
}

TEST(VersionOrder, RefusesAMixture) {
  EXPECT_EQ(why(0, {{.version = 3, .wrong_at = 16}}), "the value read is not whole: version 3, byte 16 of 32 is wrong");
}

}  // namespace
}  // namespace shmlab::check
