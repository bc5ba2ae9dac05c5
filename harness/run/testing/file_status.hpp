#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

namespace shmlab::run::testing {

/// stat(2) of what has to be there.
inline struct stat status_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status;
}

}  // namespace shmlab::run::testing
