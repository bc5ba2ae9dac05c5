#include <gtest/gtest.h>

#include <string_view>

#include "run/participant_arguments.hpp"
#include "run/startup.hpp"
#include "run/testing/misdeed.hpp"

/// Tests that run cases: a participant process re-executes this very program.
int main(int argc, char** argv) {
  if (argc > 1 && argv[1] == shmlab::run::participant_word) { shmlab::run::testing::begin_misdeed(); }
  if (const auto code = shmlab::run::participant_main(argc, argv)) { return *code; }
  testing::InitGoogleTest(&argc, argv);
  shmlab::run::start_runner();
  return RUN_ALL_TESTS();
}
