#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "shm/run_names.hpp"

namespace shmlab::shm::testing {

/// Entries of this run in `directory`: regions and semaphores.
inline std::vector<std::string> entries_of_run(const std::filesystem::path& directory, const std::string& id = run_id()) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (name.find("shmlab-" + id) != std::string::npos) { found.push_back(name); }
  }
  return found;
}

/// A test that must leave no file of its run behind.
class LeavesNothing : public ::testing::Test {
 public:
  LeavesNothing() { run_id(); }  // before any fork: children belong to this run
  ~LeavesNothing() override {    // after the members of the test itself
    EXPECT_EQ(entries_of_run(shm_directory), std::vector<std::string>{});
    EXPECT_EQ(entries_of_run(default_file_directory()), std::vector<std::string>{});
  }
};

}  // namespace shmlab::shm::testing
