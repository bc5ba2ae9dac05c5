#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/testing/child_setup.hpp"
#include "cli/testing/program_run.hpp"
#include "cli/testing/shmlab_binary.hpp"

/// `shmlab compare` between programs whose answers are known, and `shmlab observe`, which the real ones answer with.
namespace shmlab::cli {
namespace {

using nlohmann::json;
using testing::expect_nothing_left;
using testing::ProgramEnd;
using testing::run_program;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Compare : public ::testing::Test {
 protected:
  /// A program that has these cases and answers each request with `answer`.
  std::string program(const std::string& name, const std::string& cases, const std::string& answer) const {
    const std::string greeting =
        json{{"greeting", "shmlab observe 1"}, {"version", "9.9 (" + name + ")"}, {"machine", "m"}, {"cases", json::parse(cases)}}
            .dump();
    std::string path = folder_.file(
        name, fmt::format("#!/bin/sh\ncat <<'END'\n{}\nEND\nwhile read line; do cat <<'END'\n{}\nEND\ndone\n", greeting, answer));
    chmod(path.c_str(), S_IRWXU);
    return path;
  }
  static std::string takes(double ns) {
    return json{{"ns_per_operation", ns}, {"mean_ns_per_operation", ns}, {"p99_ns", 0}}.dump();
  }

  testing::TestDirectory folder_;
};

TEST_F(Compare, TheSameIsAPass) {
  const std::string base = program("base", R"(["a/b"])", takes(10));
  const ProgramEnd end = run_program({"compare", base, base, "--json", "--out", folder_.path("gate.json")});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  const json result = json::parse(end.out);
  EXPECT_EQ(result.at("verdict"), "PASS");
  EXPECT_EQ(result.at("cases").at(0).at("name"), "a/b");
  EXPECT_EQ(result.at("cases").at(0).at("ratio"), 1);
  EXPECT_EQ(result.at("cases").at(0).at("pairs"), 30);
  EXPECT_EQ(json::parse(text_of(folder_.path("gate.json"))), result);
  expect_nothing_left(end);
}

TEST_F(Compare, SlowerIsAFinding) {
  const std::string base = program("base", R"(["a/b", "gone"])", takes(10));
  const std::string head = program("head", R"(["a/b", "new"])", takes(11));
  const ProgramEnd end = run_program({"compare", base, head, "--markdown", folder_.path("comment.md")});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_NE(end.out.find("REGRESSED"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("+10.0 %"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("1 NEW, 1 REMOVED"), std::string::npos) << end.out;
  const std::string comment = text_of(folder_.path("comment.md"));
  EXPECT_TRUE(comment.starts_with("## shmlab: REGRESSED\n")) << comment;
  EXPECT_NE(comment.find("| a/b | REGRESSED |"), std::string::npos) << comment;
  expect_nothing_left(end);
}

TEST_F(Compare, WhatFailsIsNoPass) {
  const std::string base = program("base", R"(["a/b"])", takes(10));
  const std::string head = program("head", R"(["a/b"])", R"({"error": "the value read is not whole"})");
  const ProgramEnd end = run_program({"compare", base, head, "--json"});
  EXPECT_EQ(end.exit_code, 5) << end.err;
  const json result = json::parse(end.out);
  EXPECT_EQ(result.at("verdict"), "ERROR");
  EXPECT_EQ(result.at("exit_code"), 5);
  EXPECT_EQ(result.at("cases").at(0).at("error"), "head: the value read is not whole");
}

TEST_F(Compare, AHostileNameStaysText) {
  const std::string cases = R"(["</summary><script>alert(1)</script>|x`[a](b)\u001b[31m"])";
  const std::string base = program("base", cases, takes(10));
  const std::string head = program("head", cases, takes(12));
  const ProgramEnd end = run_program({"compare", base, head, "--markdown", folder_.path("comment.md")});
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.out.find('\x1b'), std::string::npos);
  const std::string comment = text_of(folder_.path("comment.md"));
  EXPECT_EQ(comment.find("<script>"), std::string::npos) << comment;
  EXPECT_EQ(comment.find('\x1b'), std::string::npos);
  EXPECT_NE(comment.find(R"(\</summary\>\<script\>alert\(1\)\</script\>\|x\`\[a\]\(b\))"), std::string::npos) << comment;
}

TEST_F(Compare, ObserveAnswersWhatItIsAsked) {
  const std::string requests = folder_.file("requests", "{\"case\": \"uncontended/futex_mutex\", \"latency\": true}\n");
  const auto from_file = [&requests] {
    const int file = open(requests.c_str(), O_RDONLY | O_CLOEXEC);
    return file >= 0 && dup2(file, STDIN_FILENO) == STDIN_FILENO;
  };
  const ProgramEnd end =
      run_program({.arguments = {"observe", "--scenario", "uncontended", "--strategy", "futex_mutex"}, .prepare = from_file});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  std::istringstream lines(end.out);
  std::string greeting;
  std::string answer;
  ASSERT_TRUE(std::getline(lines, greeting) && std::getline(lines, answer)) << end.out;
  EXPECT_EQ(json::parse(greeting).at("cases"), json::array({"uncontended/futex_mutex"}));
  for (const char* const name : {"ns_per_operation", "mean_ns_per_operation", "p99_ns"}) {
    EXPECT_GT(json::parse(answer).at(name).get<double>(), 0) << name;
  }
  expect_nothing_left(end);
}

TEST_F(Compare, WhatCannotBeComparedIsRefused) {
  const std::string base = program("base", R"(["a/b"])", takes(10));
  const std::string requests = folder_.file("requests", "{\"case\": \"uncontended/futex_mutx\"}\n");
  const auto from_file = [&requests] {
    const int file = open(requests.c_str(), O_RDONLY | O_CLOEXEC);
    return file >= 0 && dup2(file, STDIN_FILENO) == STDIN_FILENO;
  };
  const std::vector<std::pair<testing::ProgramStart, std::string>> refusals{
      {{.arguments = {"compare", base}}, "HEAD"},
      {{.arguments = {"compare", base, folder_.path("missing")}}, "missing"},
      {{.arguments = {"compare", base, "/bin/true"}}, "'/bin/true' is no shmlab"},
      {{.arguments = {"compare", base, base, "--set", "pull-requests"}}, "nearest is 'pull-request'"},
      {{.arguments = {"compare", base, base, "--out", "/dev/null/gate.json"}}, "/dev/null"},
      {{.arguments = {"observe", "--scenario", "parent_child"}}, "nothing to observe"},
      {{.arguments = {"observe", "--scenario", "uncontended"}, .prepare = from_file}, "did you mean 'uncontended/futex_mutex'"},
  };
  for (const auto& [start, words] : refusals) {
    const ProgramEnd end = run_program(start);
    EXPECT_EQ(end.exit_code, 2) << words;
    EXPECT_NE(end.err.find(words), std::string::npos) << end.err;
    expect_nothing_left(end);
  }
}

}  // namespace
}  // namespace shmlab::cli
