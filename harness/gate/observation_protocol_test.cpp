#include "gate/observation_protocol.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "contract/error.hpp"

namespace shmlab::gate {
namespace {

TEST(ObservationProtocolTest, WhatIsSaidIsHeard) {
  const Greeting greeting = greeting_from(
      to_line(Greeting{"1.2.3 (abc)", "0123", {"a/b", "c/\"d\"\n"}, std::vector<std::string>{"a/b"}, {{"a/b", 4096}}}));
  EXPECT_EQ(greeting.version, "1.2.3 (abc)");
  EXPECT_EQ(greeting.machine, "0123");
  ASSERT_EQ(greeting.cases.size(), 2U);
  EXPECT_EQ(greeting.cases[1], "c/\"d\"\n");
  EXPECT_EQ(greeting.unsteady, std::vector<std::string>{"a/b"});

  EXPECT_EQ(greeting.region_bytes, (std::map<std::string, std::size_t>{{"a/b", 4096}}));

  const Request request = request_from(to_line(Request{"a/b", true, "/proc/1/fd/2"}));
  EXPECT_EQ(request.name, "a/b");
  EXPECT_TRUE(request.with_latency);
  EXPECT_EQ(request.memory, "/proc/1/fd/2");
  EXPECT_EQ(request_from(R"({"case": "a/b"})").memory, "");

  const Observed observed = observed_from(to_line(Observed{12.5, 13.5, 40, {}}));
  EXPECT_EQ(observed.ns_per_operation, 12.5);
  EXPECT_EQ(observed.mean_ns_per_operation, 13.5);
  EXPECT_EQ(observed.p99_ns, 40);
  EXPECT_EQ(observed.error, "");
  EXPECT_EQ(observed_from(to_line(Observed{.error = "torn \xff value"})).error, "torn \xef\xbf\xbd value");
}

TEST(ObservationProtocolTest, AProgramMayKnowNothingOfUnsteadyCasesAndOfLentMemory) {
  const Greeting greeting = greeting_from(R"({"greeting": "shmlab observe 1", "version": "", "machine": "", "cases": ["a/b"]})");
  EXPECT_EQ(greeting.cases, std::vector<std::string>{"a/b"});
  EXPECT_FALSE(greeting.unsteady.has_value());
  EXPECT_TRUE(greeting.region_bytes.empty());
  EXPECT_EQ(to_line(Request{"a/b", false}).find("memory"), std::string::npos);
}

TEST(ObservationProtocolTest, EachLineStaysOneLine) {
  for (const std::string& line :
       {to_line(Request{"a\nb", false}), to_line(Observed{.error = "a\nb"}), to_line(Greeting{"v\n", "m", {}})}) {
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
  }
}

class NoObservationTest : public ::testing::TestWithParam<const char*> {};

TEST_P(NoObservationTest, IsRefused) {
  EXPECT_THROW((void)observed_from(GetParam()), BadInput);
}

INSTANTIATE_TEST_SUITE_P(Lines, NoObservationTest,
                         ::testing::Values("", "{", "[]", "null", "{}", R"({"ns_per_operation": 1})",
                                           R"({"ns_per_operation": -1, "mean_ns_per_operation": 1, "p99_ns": 0})",
                                           R"({"ns_per_operation": 0, "mean_ns_per_operation": 1, "p99_ns": 0})",
                                           R"({"ns_per_operation": "1", "mean_ns_per_operation": 1, "p99_ns": 0})",
                                           R"({"ns_per_operation": NaN, "mean_ns_per_operation": 1, "p99_ns": 0})",
                                           R"({"ns_per_operation": 1e999, "mean_ns_per_operation": 1, "p99_ns": 0})",
                                           R"({"ns_per_operation": 1, "mean_ns_per_operation": null, "p99_ns": 0})"));

TEST(ObservationProtocolTest, SomebodyElsesGreetingIsRefused) {
  for (const char* const line :
       {"hello", "{}", R"({"greeting": "shmlab observe 2", "version": "", "machine": "", "cases": []})",
        R"({"greeting": "shmlab observe 1", "version": "", "machine": ""})",
        R"({"greeting": "shmlab observe 1", "version": 1, "machine": "", "cases": []})",
        R"({"greeting": "shmlab observe 1", "version": "", "machine": "", "cases": [], "unsteady": 1})",
        R"({"greeting": "shmlab observe 1", "version": "", "machine": "", "cases": [], "region_bytes": {"a/b": "much"}})"}) {
    EXPECT_THROW((void)greeting_from(line), BadInput) << line;
  }
}

}  // namespace
}  // namespace shmlab::gate
