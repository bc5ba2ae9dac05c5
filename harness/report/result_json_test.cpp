#include "report/result_json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "report/json_text.hpp"
#include "report/testing/sample_run.hpp"
#include "report/testing/scratch_directory.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

// Exit codes of the validator below; 3 is none of Python's own.
constexpr int valid = 0;
constexpr int invalid = 3;

/// What Python's jsonschema says about a text and results/schema.json.
int validate(const std::string& text) {
  const testing::ScratchDirectory scratch;
  const auto script = scratch.path() / "validate.py";
  const auto file = scratch.path() / "result.json";
  std::ofstream(script) << "import json, sys, jsonschema\n"
                           "schema = json.load(open(sys.argv[1], encoding='utf-8'))\n"
                           "jsonschema.Draft202012Validator.check_schema(schema)\n"
                           "def refuse(name): raise ValueError(name)\n"
                           "result = json.load(open(sys.argv[2], encoding='utf-8'), parse_constant=refuse)\n"
                           "errors = list(jsonschema.Draft202012Validator(schema).iter_errors(result))\n"
                           "for error in errors: print(error.json_path, error.message)\n"
                           "sys.exit(3 if errors else 0)\n";
  std::ofstream(file) << text;
  const std::string command =
      fmt::format("/usr/bin/python3 '{}' '{}' '{}'", script.string(), SHMLAB_RESULT_SCHEMA, file.string());
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const json& first_case(const json& result) {
  return result["context"]["shmlab"]["cases"][0];
}

TEST(ResultJson, IsWhatTheSchemaDescribes) {
  EXPECT_EQ(validate(to_text(testing::result())), valid);
}

TEST(ResultJson, OfAnEmptyRunIsWhatTheSchemaDescribes) {
  RunContext context = testing::context();
  context.machine = {};
  context.machine.id = measure::id_of(context.machine);
  context.floors = {};
  context.clock = {};
  context.warnings.clear();
  context.scenarios.clear();
  context.cpus.clear();
  const json google{{"context", json::object()}, {"benchmarks", json::array()}};
  EXPECT_EQ(validate(to_text(merge(google, context, {}, {}))), valid);
}

TEST(ResultJson, TheSchemaRefusesWhatIsDamaged) {
  const std::vector<std::pair<const char*, std::function<void(json&)>>> damages = {
      {"without our part", [](json& result) { result["context"].erase("shmlab"); }},
      {"without Google's rows", [](json& result) { result.erase("benchmarks"); }},
      {"unknown version", [](json& result) { result["context"]["shmlab"]["schema_version"] = 2; }},
      {"unknown member", [](json& result) { result["context"]["shmlab"]["cases"][0]["colour"] = "red"; }},
      {"missing member", [](json& result) { result["context"]["shmlab"]["cases"][0]["summary"].erase("floor_multiple"); }},
      {"text for a number", [](json& result) { result["context"]["shmlab"]["cases"][0]["samples"][0]["elapsed_ns"] = "fast"; }},
      {"negative time", [](json& result) { result["context"]["shmlab"]["cases"][0]["samples"][0]["elapsed_ns"] = -1; }},
      {"unfair beyond measure", [](json& result) { result["context"]["shmlab"]["cases"][0]["summary"]["jain"] = 1.5; }},
      {"unknown regime", [](json& result) { result["context"]["shmlab"]["cases"][0]["samples"][0]["regime"] = "middling"; }},
      {"bucket of two", [](json& result) { result["context"]["shmlab"]["cases"][1]["latencies"][0]["buckets_ns"][0].erase(0); }},
      {"unknown cause", [](json& result) { result["context"]["shmlab"]["skipped"][0]["cause"] = "mood"; }},
      {"name of two lines", [](json& result) { result["context"]["shmlab"]["cases"][0]["name"] = "a\nb"; }}};
  for (const auto& [name, damage] : damages) {
    json result = testing::result();
    damage(result);
    EXPECT_EQ(validate(to_text(result)), invalid) << name;
  }
}

TEST(ResultJson, KeepsGooglesPartAsItWas) {
  const json google = testing::google();
  json result = testing::result();
  EXPECT_EQ(result["benchmarks"], google["benchmarks"]);
  result["context"].erase("shmlab");
  EXPECT_EQ(result, google);
}

TEST(ResultJson, PointsAtGooglesRows) {
  const json result = testing::result();
  EXPECT_EQ(first_case(result)["run_name"], result["benchmarks"][0]["run_name"]);
  EXPECT_TRUE(result["context"]["shmlab"]["cases"][1]["run_name"].is_null());
}

TEST(ResultJson, KeepsFarSamplesAndLeavesThemOutOfTheSummary) {
  const json result = testing::result();
  const json& row = first_case(result);
  EXPECT_EQ(row["samples"].size(), 5U);
  EXPECT_EQ(row["samples"][2]["regime"], "far");
  EXPECT_EQ(row["summary"]["samples_far"], 2);
  EXPECT_EQ(row["summary"]["ns_per_operation"]["median"], 26'500.0);
  EXPECT_EQ(row["summary"]["ns_per_operation"]["high"], 27'000.0);
}

TEST(ResultJson, WritesNanosecondsForTicks) {
  const json result = testing::result();
  const json& latency = result["context"]["shmlab"]["cases"][1]["latencies"][0];
  EXPECT_EQ(latency["count"], 4);
  EXPECT_EQ(latency["mean_ns"], 86.75);
  EXPECT_EQ(latency["p50_ns"], 82.0);
  EXPECT_EQ(latency["max_ns"], 100.0);
  EXPECT_EQ(latency["buckets_ns"], json::parse("[[80.0,80.5,1],[82.0,82.5,1],[85.0,85.5,1],[100.0,100.5,1]]"));
}

TEST(ResultJson, SaysWhenAndHow) {
  const json result = testing::result();
  const json& ours = result["context"]["shmlab"];
  EXPECT_EQ(ours["started_at"], "2025-01-31T12:00:00Z");
  EXPECT_EQ(ours["clock"], (json{{"source", "tsc"}, {"ns_per_tick", 0.5}}));
  EXPECT_EQ(ours["command_line"], (json::array({"shmlab", "bench", "--seed", "7"})));
  EXPECT_EQ(ours["machine"]["cores"], 2);
  EXPECT_TRUE(ours["floor"]["uncontended_atomic_ns"].is_null());
}

}  // namespace
}  // namespace shmlab::report
