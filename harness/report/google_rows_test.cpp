#include "report/google_rows.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace shmlab::report {
namespace {

using nlohmann::json;

TEST(GoogleRows, TakesOffWhatTheRunAppended) {
  EXPECT_EQ(without_run_suffix("ping_pong/spsc_ring/iterations:1/repeats:5/manual_time"), "ping_pong/spsc_ring");
  EXPECT_EQ(without_run_suffix("stream/a<b>/capacity=64/iterations:1/manual_time/threads:2"), "stream/a<b>/capacity=64");
  EXPECT_EQ(without_run_suffix("ping_pong/spsc_ring"), "ping_pong/spsc_ring");
  EXPECT_EQ(without_run_suffix("manual_time"), "manual_time");
  EXPECT_EQ(without_run_suffix(""), "");
}

TEST(GoogleRows, FindsTheRowsOfACaseAndNotOfALongerName) {
  const json google{{"benchmarks", json::array({{{"run_name", 7}},
                                                {{"name", "without run_name"}},
                                                {{"run_name", "stream/ring/capacity=64/iterations:1/manual_time"}},
                                                {{"run_name", "stream/ring/iterations:1/manual_time"}}})}};
  EXPECT_EQ(run_name_of(google, "stream/ring"), "stream/ring/iterations:1/manual_time");
  EXPECT_EQ(run_name_of(google, "stream/ring/capacity=64"), "stream/ring/capacity=64/iterations:1/manual_time");
  EXPECT_TRUE(run_name_of(google, "stream").is_null());
  EXPECT_TRUE(run_name_of(json::object(), "stream/ring").is_null());
}

}  // namespace
}  // namespace shmlab::report
