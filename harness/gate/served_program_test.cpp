#include "gate/served_program.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "contract/error.hpp"

namespace shmlab::gate {
namespace {

constexpr const char* greeting = R"(echo '{"greeting":"shmlab observe 1","version":"v","machine":"m","cases":["a/b"]}')";

/// Programs that are shell scripts, in a folder that goes with the test.
class ServedProgramTest : public ::testing::Test {
 protected:
  ServedProgramTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as the program has it
    std::string name = (std::filesystem::temp_directory_path() / "served_program.XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~ServedProgramTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path script(const std::string& lines) {
    const std::filesystem::path path = folder_ / "program";
    std::ofstream(path) << "#!/bin/sh\n" << lines << "\n";
    chmod(path.c_str(), 0755);
    return path;
  }
  std::string refusal(const std::string& lines) {
    try {
      const ServedProgram program(script(lines), {}, std::chrono::seconds(5));
      return "accepted";
    } catch (const BadInput& error) { return error.what(); }
  }

  std::filesystem::path folder_;
};

TEST_F(ServedProgramTest, AnswersFollowRequests) {
  ServedProgram program(
      script(std::string(greeting) +
             "\nwhile read line; do echo '{\"ns_per_operation\":2,\"mean_ns_per_operation\":3,\"p99_ns\":0}'; done"),
      {});
  EXPECT_EQ(program.cases(), std::vector<std::string>{"a/b"});
  EXPECT_EQ(program.version(), "v");
  EXPECT_EQ(program.machine(), "m");
  for (int i = 0; i < 3; ++i) {
    const Observed observed = program.observe({.name = "a/b"});
    EXPECT_EQ(observed.error, "");
    EXPECT_EQ(observed.ns_per_operation, 2);
  }
}

TEST_F(ServedProgramTest, SaysWhatItTakesOfLentMemoryAndIsToldWhereItIs) {
  ServedProgram program(
      script(
          R"(echo '{"greeting":"shmlab observe 1","version":"v","machine":"m","cases":["a/b","c/d"],"region_bytes":{"a/b":9}}')"
          "\nread line; case $line in *'\"memory\":\"/m\"'*) echo '{\"error\":\"heard\"}';; esac; read line"),
      {});
  EXPECT_EQ(program.region_bytes("a/b"), 9U);
  EXPECT_EQ(program.region_bytes("c/d"), 0U);
  EXPECT_EQ(program.observe({.name = "a/b", .memory = "/m"}).error, "heard");
}

TEST_F(ServedProgramTest, IsToldItsArguments) {
  ServedProgram program(
      script("echo '{\"greeting\":\"shmlab observe 1\",\"version\":\"'\"$*\"'\",\"machine\":\"m\",\"cases\":[]}'"),
      {"--set", "all"});
  EXPECT_EQ(program.version(), "observe --set all");
}

TEST_F(ServedProgramTest, WhatIsNoProgramOfOursIsRefused) {
  EXPECT_NE(refusal("exit 3").find("ended with exit code 3"), std::string::npos);
  EXPECT_NE(refusal("kill -9 $$").find("ended with signal 9"), std::string::npos);
  EXPECT_NE(refusal("echo hello").find("expected the greeting"), std::string::npos);
  EXPECT_THROW(ServedProgram(folder_ / "missing", {}), BadInput);
  EXPECT_THROW(ServedProgram("/dev/null", {}), BadInput);
}

TEST_F(ServedProgramTest, OneThatEndsIsAnErrorFromThenOn) {
  ServedProgram program(script(std::string(greeting) + "\nread line; exit 7"), {});
  EXPECT_NE(program.observe({.name = "a/b"}).error.find("exit code 7"), std::string::npos);
  EXPECT_NE(program.observe({.name = "a/b"}).error.find("exit code 7"), std::string::npos);
}

TEST_F(ServedProgramTest, OneThatSaysNothingIsNotWaitedForForEver) {
  ServedProgram program(script(std::string(greeting) + "\nread line; exec sleep 1000"), {}, std::chrono::seconds(1));
  EXPECT_NE(program.observe({.name = "a/b"}).error.find("has not answered"), std::string::npos);
}

TEST_F(ServedProgramTest, WhatCannotBeReadIsAnError) {
  ServedProgram program(script(std::string(greeting) + "\nread line; echo '{\"ns_per_operation\":-1}'; read line"), {});
  EXPECT_NE(program.observe({.name = "a/b"}).error.find("positive number"), std::string::npos);
}

}  // namespace
}  // namespace shmlab::gate
