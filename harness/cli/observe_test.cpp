#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/testing/child_setup.hpp"
#include "cli/testing/program_run.hpp"
#include "shm/lent_memory.hpp"

/// `shmlab observe`, asked as `shmlab compare` asks it.
namespace shmlab::cli {
namespace {

using nlohmann::json;
using testing::expect_nothing_left;
using testing::ProgramEnd;
using testing::run_program;

constexpr const char* name = "uncontended/futex_mutex";

class Observe : public ::testing::Test {
 protected:
  /// The greeting, and then an answer to each request.
  [[nodiscard]] std::vector<json> answers_to(const std::vector<json>& requests) const {
    std::string text;
    for (const json& request : requests) { text += request.dump() + "\n"; }
    const std::string path = folder_.file("requests", text);
    const ProgramEnd end = run_program({.arguments = {"observe", "--scenario", "uncontended", "--strategy", "futex_mutex"},
                                        .prepare = [&path] { return testing::read_from(path); }});
    EXPECT_EQ(end.exit_code, 0) << end.err;
    expect_nothing_left(end);
    std::vector<json> answers;
    std::istringstream lines(end.out);
    for (std::string line; std::getline(lines, line);) { answers.push_back(json::parse(line)); }
    EXPECT_EQ(answers.size(), requests.size() + 1) << end.out;
    answers.resize(requests.size() + 1);
    return answers;
  }

 private:
  testing::TestDirectory folder_;
};

bool is_zero(const shm::FileDescriptor& memory) {
  std::vector<char> bytes(4096);
  EXPECT_EQ(pread(memory.get(), bytes.data(), bytes.size(), 0), 4096);
  return std::ranges::all_of(bytes, [](char byte) { return byte == 0; });
}

TEST_F(Observe, AnswersWhatItIsAsked) {
  const json timed = json::object({{"case", name}, {"latency", true}});
  const std::vector<json> answers = answers_to(std::vector<json>{timed});
  EXPECT_EQ(answers[0].at("cases"), json::array({name}));
  for (const char* const figure : {"ns_per_operation", "mean_ns_per_operation", "p99_ns"}) {
    EXPECT_GT(answers[1].at(figure).get<double>(), 0) << figure;
  }
}

TEST_F(Observe, MakesItsRegionsInTheMemoryThatItIsLent) {
  const auto bytes = answers_to({}).at(0).at("region_bytes").at(name).get<std::size_t>();
  const shm::FileDescriptor lent = shm::lend_memory(bytes);
  const shm::FileDescriptor other = shm::lend_memory(bytes);
  const json request = json::object({{"case", name}, {"latency", true}, {"memory", shm::path_of(lent)}});
  for (const json& answer : answers_to({request, request})) { EXPECT_FALSE(answer.contains("error")) << answer; }
  EXPECT_FALSE(is_zero(lent));
  EXPECT_TRUE(is_zero(other));
}

TEST_F(Observe, MakesItsOwnWhereItSeesNoneAndRefusesWhatWillNotDo) {
  const shm::FileDescriptor little = shm::lend_memory(1);
  const json out_of_reach = json::object({{"case", name}, {"memory", "/proc/0/fd/0"}});
  const json too_little = json::object({{"case", name}, {"memory", shm::path_of(little)}});
  const json not_lent = json::object({{"case", name}, {"memory", "/dev/zero"}});
  const std::vector<json> answers = answers_to({out_of_reach, too_little, not_lent});
  EXPECT_FALSE(answers[1].contains("error")) << answers[1];
  EXPECT_NE(answers[2].at("error").get<std::string>().find("expected at least"), std::string::npos);
  EXPECT_NE(answers[3].at("error").get<std::string>().find("expected the memfd of who lends it"), std::string::npos);
}

}  // namespace
}  // namespace shmlab::cli
