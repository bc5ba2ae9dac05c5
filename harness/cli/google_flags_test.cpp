#include "cli/google_flags.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "cli/testing/program_run.hpp"
#include "contract/error.hpp"

namespace shmlab::cli {
namespace {

TEST(GoogleFlags, TheFilterSaysWhichBenchmarksRun) {
  struct Case {
    std::string filter;
    bool lets_stream_run;
    bool lets_ping_pong_run;
  };
  const std::vector<Case> cases{
      {"", true, true},         {"all", true, true},          {"stream", true, false}, {"^(stream|ping)", true, true},
      {"-stream", false, true}, {"str.am/spsc", true, false}, {"ring$", false, false}, {"iterations", true, true},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(lets_run(one.filter, "stream/spsc_ring/iterations:1/manual_time"), one.lets_stream_run) << one.filter;
    EXPECT_EQ(lets_run(one.filter, "ping_pong/spsc_ring/iterations:1/manual_time"), one.lets_ping_pong_run) << one.filter;
  }
}

TEST(GoogleFlags, BenchmarksHaveTheNamesThatBenchCountsBy) {
  const testing::ProgramEnd end =
      testing::run_program({"bench", "--scenario", "stream", "--strategy", "spsc_ring", "--benchmark_list_tests"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_TRUE(end.out.starts_with("stream/spsc_ring/iterations:1/manual_time\n")) << end.out;
}

TEST(GoogleFlags, TheLastNumberOfRepetitionsCounts) {
  EXPECT_EQ(repetitions_in({}, 5), 5U);
  EXPECT_EQ(repetitions_in({"--benchmark_repetitions=20", "--benchmark_filter=x"}, 5), 20U);
  EXPECT_EQ(repetitions_in({"--benchmark_repetitions=20", "--benchmark_repetitions=3"}, 5), 3U);
}

TEST(GoogleFlags, WhatGoogleBenchmarkWouldEndWithIsRefused) {
  for (const char* const flag : {"--benchmark_filter=(", "--benchmark_filter=-(", "--benchmark_repetitions=0",
                                 "--benchmark_out_format=xml", "--benchmark_fliter=a"}) {
    EXPECT_THROW(check_google_flags({flag}), BadInput) << flag;
  }
  EXPECT_NO_THROW(check_google_flags({"--benchmark_filter=-a|b", "--benchmark_out_format=csv"}));
  // Where the library looks for a filter that is not given.
  setenv("BENCHMARK_FILTER", "(", 1);
  EXPECT_THROW(check_google_flags({}), BadInput);
  unsetenv("BENCHMARK_FILTER");
  EXPECT_NO_THROW(check_google_flags({}));
}

TEST(GoogleFlags, AListIsAskedForUnlessItIsDeclined) {
  EXPECT_TRUE(asks_for_list({"--benchmark_list_tests"}));
  EXPECT_TRUE(asks_for_list({"--benchmark_list_tests=true"}));
  EXPECT_FALSE(asks_for_list({"--benchmark_list_tests=false"}));
  EXPECT_FALSE(asks_for_list({}));
}

}  // namespace
}  // namespace shmlab::cli
