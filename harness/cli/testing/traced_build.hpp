#pragma once

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"

namespace shmlab::cli::testing {

/// For tests of what looks at each access of a strategy: a build without the traced code leaves them out.
class TracedBuild : public ::testing::Test {
 protected:
  void SetUp() override {
    if (catalogue::strategy("futex_mutex").traced_cases.empty()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  }
};

}  // namespace shmlab::cli::testing
