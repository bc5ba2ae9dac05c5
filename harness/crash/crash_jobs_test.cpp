#include "crash/crash_jobs.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "crash/crash_parcel.hpp"
#include "crash/crash_token.hpp"

namespace shmlab::crash {
namespace {

using catalogue::strategy;

class CrashJobsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (strategy("futex_mutex").traced_cases.empty()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  }
};

std::vector<std::string> lines(const CrashReport& report) {
  std::vector<std::string> all{std::string(report.strategy->name()), report.unavailable, std::to_string(report.runs)};
  all.insert(all.end(), report.left_out.begin(), report.left_out.end());
  for (const CrashCell& cell : report.cells) {
    all.push_back(crash_token(*cell.strategy, cell.point) + " " + cell.where + " " + std::string(to_string(cell.survivor)) + " " +
                  std::string(to_string(cell.fate)) + " " + cell.why + " " + std::string(to_string(cell.declared)) + " " +
                  std::to_string(cell.runs));
  }
  return all;
}

TEST_F(CrashJobsTest, ManyFindWhatOneFinds) {
  const std::vector<const catalogue::StrategyEntry*> strategies{&strategy("spsc_ring_blocking"),
                                                                &strategy("bounded_buffer<named_semaphore>"),
                                                                &strategy("futex_mutex"), &strategy("seqlock")};
  const CrashOrder order{.kind = CrashKind::access};
  const std::vector<CrashShare> shares = crash_shares(strategies, order);
  ASSERT_EQ(shares.size(), 7U) << "two roles each, but for the one in which nobody can be killed";
  std::vector<std::vector<CrashReport>> found;
  for (const unsigned jobs : {1U, 3U}) {
    std::size_t done = 0;
    found.push_back(crash_shared(shares, order, jobs, [&](std::size_t more, std::string_view name) {
      done += more;
      EXPECT_NE(name, "");
    }));
    EXPECT_EQ(done, shares.size());
  }
  ASSERT_EQ(found[0].size(), strategies.size());
  ASSERT_EQ(found[1].size(), strategies.size());
  for (std::size_t i = 0; i < strategies.size(); ++i) {
    EXPECT_EQ(found[1][i].strategy, strategies[i]);
    EXPECT_EQ(lines(found[1][i]), lines(found[0][i]));
  }
  EXPECT_NE(found[1][1].unavailable, "");
  EXPECT_GT(found[1][2].cells.size(), 20U);
}

TEST_F(CrashJobsTest, AParcelArrivesInAnyPieces) {
  Parcel sent{
      .share = 3, .report = crash(strategy("seqlock"), {.role = CrashRole::writer, .point = 2}), .bad_input = "b", .error = "e"};
  const std::vector<std::uint8_t> bytes = packed(sent);
  std::vector<std::uint8_t> arrived;
  for (int twice = 0; twice < 2; ++twice) {
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
      arrived.push_back(bytes[i]);
      ASSERT_FALSE(unpacked(arrived)) << i;
    }
    arrived.push_back(bytes.back());
    arrived.push_back(bytes.front());  // of the next
    const std::optional<Parcel> got = unpacked(arrived);
    if (!got) { FAIL() << "it has not arrived"; }
    EXPECT_EQ(got->share, 3U);
    EXPECT_EQ(got->bad_input, "b");
    EXPECT_EQ(got->error, "e");
    EXPECT_EQ(lines(got->report), lines(sent.report));
    ASSERT_EQ(arrived.size(), 1U);
    arrived.clear();
  }
}

}  // namespace
}  // namespace shmlab::crash
