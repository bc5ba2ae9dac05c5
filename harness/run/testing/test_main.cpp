#include <gtest/gtest.h>

#include "run/startup.hpp"

/// Tests that run cases: a participant process re-executes this very program.
int main(int argc, char** argv) {
  if (const auto code = shmlab::run::participant_main(argc, argv)) { return *code; }
  testing::InitGoogleTest(&argc, argv);
  shmlab::run::start_runner();
  return RUN_ALL_TESTS();
}
