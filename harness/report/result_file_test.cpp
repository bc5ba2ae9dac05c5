#include "report/result_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "contract/error.hpp"
#include "report/json_text.hpp"
#include "report/terminal_table.hpp"
#include "report/testing/sample_run.hpp"
#include "report/testing/scratch_directory.hpp"

namespace shmlab::report {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ScratchDirectory;

/// The one line that a refusal says; empty when there was none.
std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const BadInput& error) { return error.what(); }
  return {};
}

std::string refusal_of_contents(const std::string& contents) {
  const ScratchDirectory scratch;
  const fs::path path = scratch.path() / "result.json";
  std::ofstream(path) << contents;
  std::string why = refusal([&] { load_result(path); });
  const std::string expected_start = fmt::format("result file '{}' ", path.string());
  EXPECT_TRUE(why.starts_with(expected_start)) << why;
  EXPECT_EQ(why.find('\n'), std::string::npos) << why;
  return why.substr(std::min(expected_start.size(), why.size()));
}

std::string damaged(const std::function<void(json&)>& damage) {
  json result = testing::result();
  damage(result["context"]["shmlab"]);
  return to_text(result);
}

std::string with_unit(const json& unit) {
  json result = testing::result();
  result["benchmarks"][0]["time_unit"] = unit;
  return to_text(result);
}

std::string contents(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ResultFile, ReadsWhatItWrote) {
  const ScratchDirectory scratch;
  const fs::path path = scratch.path() / "result.json";
  write_result(path, testing::result());
  EXPECT_EQ(load_result(path), json::parse(to_text(testing::result())));
  EXPECT_EQ(scratch.entries(), 1U);
}

TEST(ResultFile, ReadsOlderResultsThatLackWhatWasAddedSince) {
  json older = testing::result();
  json& ours = older["context"]["shmlab"];
  ours.erase("hardware_counters");
  for (json& row : ours["cases"]) {
    for (const char* member : {"waiting", "participants_per_cpu", "cpu_quota_percent", "shown_counter"}) { row.erase(member); }
    for (const char* member :
         {"counters_per_1000", "cycles_per_operation", "instructions_per_operation", "cache_misses_per_operation"}) {
      row["summary"].erase(member);
    }
  }
  const ScratchDirectory scratch;
  const fs::path path = scratch.path() / "older.json";
  write_result(path, older);
  EXPECT_NE(terminal_table(load_result(path), {}).find("spsc_ring"), std::string::npos);
}

TEST(ResultFile, RefusesContentsOfEveryOtherKind) {
  const std::string whole = to_text(testing::result());
  const std::string wanted = "expected a result file of shmlab bench";
  const std::vector<std::pair<std::string, std::string>> refused = {
      {"", "is empty; " + wanted},
      {" \n\t", "is empty; " + wanted},
      {"strategy,median\nspsc_ring,12\n", "is not JSON at byte 1; " + wanted},
      {std::string("\x7f"
                   "ELF\0\1",
                   6),
       "is not JSON at byte 1; " + wanted},
      {whole.substr(0, whole.size() / 2), "ends in the middle; expected the whole of a JSON file"},
      {"{\"context\":", "ends in the middle; expected the whole of a JSON file"},
      {whole + "x", fmt::format("is not JSON at byte {}; {}", whole.size() + 1, wanted)},
      {"{\"a\": NaN}", "is not JSON at byte 7; " + wanted},
      {"{\"a\": 1e999}", "has a number that is out of range; " + wanted},
      {std::string(100'000, '['), "is nested too deeply; " + wanted},
      {"[1,2]", "is JSON of type array; " + wanted},
      {"null", "is JSON of type null; " + wanted},
      {"{\"name\":\"somebody else's\"}", "is JSON without a context object; " + wanted},
      {"{\"context\":[]}", "is JSON without a context object; " + wanted},
      {to_text(testing::google()), "is JSON without context.shmlab; " + wanted},
      {damaged([](json& ours) { ours.erase("schema_version"); }), "has no context.shmlab.schema_version; expected 1"},
      {damaged([](json& ours) { ours["schema_version"] = 7; }),
       "has schema version 7; expected 1, the one that this program writes"},
      {"{\"context\":{\"shmlab\":{\"schema_version\":1}}}", "has no array benchmarks; expected Google Benchmark's"},
      {damaged([](json& ours) { ours.erase("floor"); }), "is damaged: context.shmlab.floor is missing; expected an object"},
      {damaged([](json& ours) { ours["cases"][0]["waiting"] = 3; }),
       "is damaged: context.shmlab.cases[0].waiting is of type number; expected a string"},
      {damaged([](json& ours) { ours["cases"] = 3; }),
       "is damaged: context.shmlab.cases is of type number; expected an array of objects"},
      {damaged([](json& ours) { ours["cases"][1]["summary"]["ns_per_operation"]["median"] = "fast"; }),
       "is damaged: context.shmlab.cases[1].summary.ns_per_operation.median is of type string; expected a number or null"},
      {damaged([](json& ours) { ours["cases"][0]["summary"]["samples_far"] = -1; }),
       "is damaged: context.shmlab.cases[0].summary.samples_far is of type number; expected a whole number that is not negative"},
      {damaged([](json& ours) { ours["cases"][0]["params"]["capacity"] = "big"; }),
       "is damaged: context.shmlab.cases[0].params is of type object; expected an object of whole numbers"},
      {damaged([](json& ours) { ours["skipped"].push_back("x"); }),
       "is damaged: context.shmlab.skipped is of type array; expected an array of objects"},
      {damaged([](json& ours) { ours["scenarios"][0]["metrics"] = nullptr; }),
       "is damaged: context.shmlab.scenarios[0].metrics is of type null; expected an array of strings"},
      {damaged([](json& ours) { ours["cases"][0]["summary"]["ns_per_operation"]["low"] = -3; }),
       "is damaged: context.shmlab.cases[0].summary.ns_per_operation.low is -3; expected no negative number"},
      {damaged([](json& ours) { ours["cases"][1]["latencies"][0]["p99_ns"] = -0.5; }),
       "is damaged: context.shmlab.cases[1].latencies[0].p99_ns is -0.5; expected no negative number"},
      {damaged([](json& ours) { ours["floor"]["syscall_ns"] = -120.0; }),
       "is damaged: context.shmlab.floor.syscall_ns is -120.0; expected no negative number"},
      {damaged([](json& ours) { ours["cases"][1]["summary"]["ns_per_operation"]["low"] = 1000; }),
       "is damaged: context.shmlab.cases[1].summary.ns_per_operation.median is 81.0, outside of low 1000 to high 84.0"},
      {damaged([](json& ours) { ours["cases"].push_back(ours["cases"][1]); }),
       "is damaged: context.shmlab.cases[6] is a second 'ping_pong/spsc_ring'; expected each case once"},
      {damaged([](json& ours) { ours["cases"][0]["kind"] = "adaptor"; }),
       "is damaged: context.shmlab.cases[0].kind is 'adaptor'; expected own, adapter, peer, baseline, control; nearest is "
       "'adapter'"},
      {damaged([](json& ours) { ours["skipped"][3]["cause"] = "fialed"; }),
       "is damaged: context.shmlab.skipped[3].cause is 'fialed'; expected does_not_fit, unavailable, failed; nearest is "
       "'failed'"},
      {with_unit("fortnights"), "is damaged: benchmarks[0].time_unit is \"fortnights\"; expected \"ns\""},
      {with_unit(7), "is damaged: benchmarks[0].time_unit is 7; expected \"ns\""}};
  for (const auto& [text, why] : refused) { EXPECT_EQ(refusal_of_contents(text), why) << text.substr(0, 60); }
}

TEST(ResultFile, RefusesPathsThatCannotBeRead) {
  const ScratchDirectory scratch;
  const std::string wanted = "; expected a result file of shmlab bench";
  const auto why = [&](const fs::path& path) { return refusal([&] { load_result(path); }); };
  const fs::path missing = scratch.path() / "missing.json";
  EXPECT_EQ(why(missing), fmt::format("result file '{}' cannot be read: No such file or directory{}", missing.string(), wanted));
  EXPECT_EQ(why(scratch.path()),
            fmt::format("result file '{}' cannot be read: Is a directory{}", scratch.path().string(), wanted));
  EXPECT_EQ(why(""), "result file '' cannot be read: No such file or directory" + wanted);
  EXPECT_EQ(why("/dev/null/x"), "result file '/dev/null/x' cannot be read: Not a directory" + wanted);
  EXPECT_EQ(why("/dev/null"), "result file '/dev/null' is empty" + wanted);
  EXPECT_EQ(why("/dev/zero"), "result file '/dev/zero' is larger than 64 MiB" + wanted);
  EXPECT_EQ(why("a\x1b[31m\nb"), "result file 'a\\x1b[31m\\x0ab' cannot be read: No such file or directory" + wanted);
}

TEST(ResultFile, ReadsFromAPipe) {
  const ScratchDirectory scratch;
  const fs::path pipe = scratch.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string text = to_text(testing::result());
  std::jthread writer([&] { std::ofstream(pipe) << text; });
  EXPECT_EQ(load_result(pipe), json::parse(text));
}

TEST(ResultFile, ReplacesAFileWhole) {
  const ScratchDirectory scratch;
  const fs::path path = scratch.path() / "result.json";
  std::ofstream(path) << "old";
  write_result(path, json{{"new", 1}});
  EXPECT_EQ(contents(path), "{\n  \"new\": 1\n}\n");
  EXPECT_EQ(scratch.entries(), 1U);
}

TEST(ResultFile, FollowsASymbolicLink) {
  const ScratchDirectory scratch;
  const fs::path target = scratch.path() / "target.json";
  const fs::path link = scratch.path() / "latest.json";
  std::ofstream(target) << "old";
  fs::create_symlink("target.json", link);
  write_result(link, json{{"new", 1}});
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(contents(target), "{\n  \"new\": 1\n}\n");
}

TEST(ResultFile, WritesToADeviceInPlace) {
  write_result("/dev/null", json{{"new", 1}});
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(ResultFile, RefusesPathsThatCannotBeWrittenAndLeavesNothing) {
  const ScratchDirectory scratch;
  const std::string wanted = "; expected a path that a result file can be written to";
  const auto why = [&](const fs::path& path) { return refusal([&] { write_result(path, json{{"new", 1}}); }); };
  const fs::path nowhere = scratch.path() / "no" / "such" / "result.json";
  EXPECT_EQ(why(nowhere), fmt::format("cannot create '{}': No such file or directory{}", nowhere.string(), wanted));
  EXPECT_EQ(why("/dev/null/x.json"), "cannot create '/dev/null/x.json': Not a directory" + wanted);
  const fs::path inner = scratch.path() / "directory";
  fs::create_directory(inner);
  EXPECT_EQ(why(inner), fmt::format("cannot replace '{}': Is a directory{}", inner.string(), wanted));
  EXPECT_NE(why(""), "");
  const fs::path overlong = scratch.path() / std::string(300, 'x');
  EXPECT_EQ(why(overlong), fmt::format("cannot create '{}': File name too long{}", overlong.string(), wanted));
  EXPECT_EQ(why("/dev/full"), "cannot write to '/dev/full': No space left on device" + wanted);
  EXPECT_EQ(scratch.entries(), 1U) << "the inner directory alone";
}

}  // namespace
}  // namespace shmlab::report
