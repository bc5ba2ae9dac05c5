#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/testing/program_run.hpp"

namespace shmlab::cli::testing {

/// Exit code 2, one line on standard error that has all of `says`, nothing on standard output, and nothing left behind.
inline void expect_refusal(const ProgramEnd& end, const std::vector<std::string>& says) {
  ASSERT_TRUE(end.prepared) << "the test could not set the scene";
  EXPECT_EQ(end.exit_code, 2) << "signal " << end.signal;
  EXPECT_EQ(end.out, "");
  EXPECT_TRUE(end.err.starts_with("shmlab: ")) << end.err;
  EXPECT_EQ(std::ranges::count(end.err, '\n'), 1) << end.err;
  EXPECT_TRUE(end.err.ends_with('\n')) << end.err;
  for (const std::string& text : says) {
    EXPECT_NE(end.err.find(text), std::string::npos) << "'" << text << "' is not in: " << end.err;
  }
  expect_nothing_left(end);
}

}  // namespace shmlab::cli::testing
