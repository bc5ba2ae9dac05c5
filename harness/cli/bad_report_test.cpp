#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/testing/child_setup.hpp"
#include "cli/testing/expect_refusal.hpp"
#include "cli/testing/program_run.hpp"
#include "report/json_text.hpp"
#include "report/testing/sample_report.hpp"

/// What `shmlab report` cannot use: files, formats and places.
namespace shmlab::cli::testing {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

std::string good() {
  return report::to_text(report::testing::result());
}

/// The sample result with something done to context.shmlab.
std::string damaged(const std::function<void(json&)>& damage) {
  json result = report::testing::result();
  damage(result["context"]["shmlab"]);
  return report::to_text(result);
}

/// A command line in which BAD stands for a file with `contents`, GOOD for a result, and DIRECTORY for the folder of both.
struct BadReport {
  std::string name;
  std::function<std::string()> contents;
  Words arguments;
  Words says;  ///< in which BAD stands for the path
};
void PrintTo(const BadReport& bad, std::ostream* out) {
  *out << bad.name;
}

class Report : public ::testing::TestWithParam<BadReport> {};

TEST_P(Report, IsRefusedInOneLine) {
  const TestDirectory directory;
  const std::string bad = directory.file("bad.json", GetParam().contents());
  const std::string result = directory.file("good.json", good());
  const auto filled_in = [&](Words words) {
    for (std::string& word : words) {
      for (const auto& [mark, path] : {std::pair{std::string("BAD"), bad}, {"GOOD", result}, {"DIRECTORY", directory.path()}}) {
        if (const std::size_t at = word.find(mark); at != std::string::npos) { word.replace(at, mark.size(), path); }
      }
    }
    return words;
  };
  expect_refusal(run_program(filled_in(GetParam().arguments)), filled_in(GetParam().says));
}

const auto nothing = [] { return std::string(); };
const auto spaces = [](std::size_t count) { return std::string(count, ' '); };
const auto an_object = [] { return std::string("{}"); };
const Words read_bad{"report", "BAD"};
const auto name_of = [](const auto& parameter) { return parameter.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Contents, Report,
    ::testing::ValuesIn(std::vector<BadReport>{
        {"empty", nothing, read_bad, {"'BAD' is empty"}},
        {"not_json", [] { return std::string("a,b\n1,2\n"); }, read_bad, {"'BAD' is not JSON at byte 1"}},
        {"html", [] { return std::string("<!doctype html>"); }, read_bad, {"'BAD' is not JSON"}},
        {"truncated", [] { return good().substr(0, good().size() / 2); }, read_bad, {"'BAD' ends in the middle"}},
        {"two_documents", [] { return good() + good(); }, read_bad, {"'BAD' is not JSON at byte"}},
        {"hundred_megabytes", [] { return spaces(100'000'000); }, read_bad, {"'BAD' is larger than 64 MiB"}},
        {"deep", [] { return std::string(1'000'000, '['); }, read_bad, {"'BAD' is nested too deeply"}},
        {"nan", [] { return std::string("{\"a\": NaN}"); }, read_bad, {"'BAD' is not JSON at byte 7"}},
        {"infinite", [] { return std::string("{\"a\": -1e999}"); }, read_bad, {"'BAD' has a number that is out of range"}},
        {"somebody_elses", an_object, read_bad, {"'BAD' is JSON without a context object"}},
        {"googles_alone",
         [] { return report::to_text(report::testing::google()); },
         read_bad,
         {"'BAD' is JSON without context.shmlab"}},
        {"newer_schema",
         [] { return damaged([](json& ours) { ours["schema_version"] = 2; }); },
         read_bad,
         {"has schema version 2; expected 1"}},
        {"schema_of_another_type",
         [] { return damaged([](json& ours) { ours["schema_version"] = "1"; }); },
         read_bad,
         {"schema_version; expected 1"}},
        {"missing_member",
         [] { return damaged([](json& ours) { ours["cases"][0].erase("strategy"); }); },
         read_bad,
         {"cases[0].strategy is missing"}},
        {"member_of_another_type",
         [] { return damaged([](json& ours) { ours["warnings"] = "none"; }); },
         read_bad,
         {"warnings is of type string; expected an array"}},
        {"negative_time",
         [] { return damaged([](json& ours) { ours["cases"][0]["summary"]["ns_per_operation"]["median"] = -1; }); },
         read_bad,
         {"median is -1"}},
        {"negative_count",
         [] { return damaged([](json& ours) { ours["cases"][0]["participants"] = -2; }); },
         read_bad,
         {"participants is of type number"}},
        {"negative_parameter",
         [] { return damaged([](json& ours) { ours["cases"][0]["params"]["payload_bytes"] = -8; }); },
         read_bad,
         {"params"}},
        {"median_outside",
         [] { return damaged([](json& ours) { ours["cases"][1]["summary"]["ns_per_operation"]["high"] = 1; }); },
         read_bad,
         {"outside of low"}},
        {"duplicate_case",
         [] { return damaged([](json& ours) { ours["cases"].push_back(ours["cases"][0]); }); },
         read_bad,
         {"expected each case once"}},
        {"unknown_kind",
         [] { return damaged([](json& ours) { ours["cases"][0]["kind"] = "oun"; }); },
         read_bad,
         {"'oun'", "nearest is 'own'"}},
        {"unknown_cause",
         [] { return damaged([](json& ours) { ours["skipped"][0]["cause"] = "tired"; }); },
         read_bad,
         {"'tired'"}},
        {"unknown_unit",
         [] {
           json result = report::testing::result();
           result["benchmarks"][1]["time_unit"] = "µs";
           return report::to_text(result);
         },
         read_bad,
         {"benchmarks[1].time_unit"}}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Usage, Report,
    ::testing::ValuesIn(std::vector<BadReport>{
        {"second_file_is_bad", nothing, {"report", "GOOD", "BAD", "--format", "csv"}, {"'BAD' is empty"}},
        {"missing_file", nothing, {"report", "DIRECTORY/none.json", "-o", "DIRECTORY/x.html"}, {"No such file or directory"}},
        {"directory", nothing, {"report", "DIRECTORY"}, {"Is a directory"}},
        {"unknown_format",
         nothing,
         {"report", "GOOD", "--format", "markdwon"},
         {"unknown format 'markdwon'", "nearest is 'markdown'"}},
        {"format_with_control_characters", nothing, {"report", "GOOD", "--format", "a\x1b[31m"}, {"unknown format 'a\\x1b[31m'"}},
        {"unknown_suffix", nothing, {"report", "GOOD", "-o", "DIRECTORY/report.pdf"}, {"report.pdf", "names no format", ".html"}},
        {"no_suffix", nothing, {"report", "GOOD", "-o", "DIRECTORY/report"}, {"names no format"}},
        {"output_is_a_directory", nothing, {"report", "GOOD", "--format", "csv", "-o", "DIRECTORY"}, {"is a directory"}},
        {"output_below_a_file", nothing, {"report", "GOOD", "-o", "GOOD/report.html"}, {"report.html"}},
        {"output_is_full", nothing, {"report", "GOOD", "--format", "csv", "-o", "/dev/full"}, {"No space left on device"}},
        {"static_markdown", nothing, {"report", "GOOD", "--static", "--format", "markdown"}, {"--static is for HTML alone"}},
        {"two_runs_to_bencher",
         nothing,
         {"report", "GOOD", "GOOD", "--format", "bencher"},
         {"bencher takes one result file; 2 were given"}},
        {"crash_file_missing",
         nothing,
         {"report", "GOOD", "--format", "csv", "--crash", "DIRECTORY/none.json"},
         {"--crash", "No such file"}},
        {"crash_file_of_another_kind",
         an_object,
         {"report", "GOOD", "--format", "markdown", "--crash", "BAD"},
         {"--crash 'BAD' is no table of deaths"}},
        {"crash_with_unknown_fate",
         [] {
           return std::string(R"({"expected":[{"strategy":"x","role":"holder","survivor":"waiter","course":"explodes 3"}]})");
         },
         {"report", "GOOD", "--format", "markdown", "--crash", "BAD"},
         {"'BAD' tells of the fate 'explodes'"}},
        {"correctness_of_another_kind",
         an_object,
         {"report", "GOOD", "--format", "markdown", "--correctness", "BAD"},
         {"--correctness 'BAD' is no table of verdicts"}},
        {"gate_of_another_kind",
         an_object,
         {"report", "GOOD", "--format", "markdown", "--gate", "BAD"},
         {"--gate 'BAD' is no check of the gate"}},
        {"correctness_truncated",
         [] { return std::string("{\"cases\": ["); },
         {"report", "GOOD", "--format", "html", "--correctness", "BAD"},
         {"ends in the middle"}},
        {"unknown_option", nothing, {"report", "GOOD", "--outptu", "x.html"}, {"unknown option '--outptu'", "'--output'"}}}),
    name_of);

TEST(ReportFiles, AreLeftAsTheyWereWhenAReportCannotBeMade) {
  const TestDirectory directory;
  const std::string output = directory.file("report.html", "old");
  expect_refusal(run_program({"report", directory.file("bad.json", "{}"), "-o", output}), {});
  std::ifstream file(output);
  const std::string kept{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(kept, "old");
}

}  // namespace
}  // namespace shmlab::cli::testing
