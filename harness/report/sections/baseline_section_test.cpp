#include <gtest/gtest.h>

#include <string>

#include "report/sections/sections.hpp"
#include "report/testing/sample_report.hpp"

namespace shmlab::report {
namespace {

CaseResult at_payload(const char* strategy, Kind kind, std::uint64_t payload, double ns) {
  CaseResult result = testing::ping_pong(strategy, {testing::sample(ns)});
  result.kind = kind;
  result.params["payload_bytes"] = payload;
  result.name += "/payload_bytes=" + std::to_string(payload);
  return result;
}

/// The sentence on a pipe that takes this long at payloads where shared memory takes 100 ns.
std::string sentence(const std::map<std::uint64_t, double>& pipe) {
  std::vector<CaseResult> cases;
  for (const std::uint64_t payload : {8U, 64U, 4096U}) { cases.push_back(at_payload("spsc_ring", Kind::own, payload, 100)); }
  for (const auto& [payload, ns] : pipe) { cases.push_back(at_payload("pipe", Kind::baseline, payload, ns)); }
  ReportData data;
  data.runs.push_back(testing::stored(merge(testing::google(), testing::context(), cases, {}), "abc1234"));
  const Section section = baseline_section(ReportView(data));
  return section.blocks.empty() ? "" : section.blocks.front().paragraphs.front();
}

TEST(BaselineSectionTest, SaysWhereABaselineCatchesUp) {
  EXPECT_EQ(sentence({{8, 300}, {64, 200}, {4096, 150}}), "pipe is at least 1.50 times slower at every payload measured.");
  EXPECT_EQ(sentence({{8, 300}, {64, 200}, {4096, 90}}), "pipe catches up at 4 KiB.");
  EXPECT_EQ(sentence({{8, 300}, {64, 100}, {4096, 90}}), "pipe catches up at 64 B.");
  EXPECT_EQ(sentence({{8, 90}, {64, 90}, {4096, 90}}), "pipe is as fast at every payload measured.");
  EXPECT_EQ(sentence({{8, 90}, {64, 200}, {4096, 90}}), "pipe is as fast at 8 B, 4 KiB and slower elsewhere, with no crossover.");
  EXPECT_EQ(sentence({{16, 90}}), "pipe has no payload in common with shared memory.");
  EXPECT_EQ(sentence({}), "");
}

}  // namespace
}  // namespace shmlab::report
