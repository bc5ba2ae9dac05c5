#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "catalogue/catalogue.hpp"
#include "cli/check_report.hpp"
#include "cli/crash_report.hpp"
#include "cli/explore_report.hpp"
#include "cli/shell_word.hpp"
#include "cli/testing/hostile_strings.hpp"
#include "cli/testing/program_run.hpp"
#include "report/json_text.hpp"
#include "report/paragraph.hpp"
#include "report/printable.hpp"
#include "report/progress.hpp"
#include "report/text_table.hpp"
#include "run/result.hpp"

/// Hostile strings through everything that writes but the report of a result.
namespace shmlab::cli {
namespace {

using nlohmann::json;
using testing::expect_calm;

class HostileString : public testing::HostileString {};
INSTANTIATE_TEST_SUITE_P(All, HostileString, ::testing::ValuesIn(testing::hostile_strings()), testing::name_of);

const report::Style plain{.colour = false, .width = 120};

TEST_P(HostileString, OnATerminal) {
  report::TextTable table({{.title = text()}, {.title = "x", .shortens = true}});
  table.row({text(), text()});
  table.row({"a", "b"});
  expect_calm(table.render(plain));
  EXPECT_EQ(std::ranges::count(table.render(plain), '\n'), 3);
  expect_calm(report::paragraph("why ", text(), plain));
  expect_calm(report::heading(text(), plain));
  expect_calm(report::emphasised(text(), report::Emphasis::bad, plain));
}

TEST_P(HostileString, InTheLineOfProgress) {
  std::string shown;
  report::Progress progress(
      3, "check", {.write = [&shown](std::string_view line) { shown += line; }, .now = [] { return std::chrono::seconds{1}; }});
  progress.advance(1, text());
  // Its own are: to the first column, and erase the line.
  for (std::size_t at = shown.find("\r\x1b[K"); at != std::string::npos; at = shown.find("\r\x1b[K")) { shown.erase(at, 4); }
  std::erase(shown, '\r');
  expect_calm(shown);
}

TEST_P(HostileString, InJsonThatMayStandInAScript) {
  const json value{{"name", text()}, {"list", {text(), 1}}, {text(), "key"}};
  const std::string written = report::to_text(value);
  EXPECT_TRUE(std::ranges::all_of(written, [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); }));
  EXPECT_EQ(written.find("</"), std::string::npos);
  EXPECT_EQ(written.find("<!"), std::string::npos);
  const json again = json::parse(written);
  if (is_utf8()) { EXPECT_EQ(again, value); }
}

/// What a command writes; bash knows dollar-single-quotes wherever sh does not yet.
std::string said_by_bash(const std::string& command) {
  setenv("SHMLAB_TEST_COMMAND", command.c_str(), 1);
  const std::unique_ptr<FILE, int (*)(FILE*)> output(popen("exec bash -c \"$SHMLAB_TEST_COMMAND\"", "re"), pclose);
  std::string said;
  std::array<char, 4096> part{};
  for (std::size_t got = 1; output && got > 0;) {
    got = fread(part.data(), 1, part.size(), output.get());
    said.append(part.data(), got);
  }
  unsetenv("SHMLAB_TEST_COMMAND");
  return said;
}

TEST_P(HostileString, InAShell) {
  if (text().find('\0') != std::string::npos || text().size() > 1'000) { return; }  // no word of a command line
  const std::string word = shell_word(text());
  expect_calm(word);
  EXPECT_EQ(std::ranges::count(word, '\n'), 0);
  EXPECT_EQ(said_by_bash("printf %s " + word), text());
}

json explored_with(const std::string& text) {
  const json step{{"step", 1},  {"participant", 0},  {"operation", text}, {"order", text},
                  {"at", text}, {"offset_bytes", 0}, {"value", 7},        {"note", text}};
  json each{{"strategy", text},
            {"scenario", text},
            {"params", text},
            {"variant", text},
            {"generated", true},
            {"verdict", "violated"},
            {"exhausted", false},
            {"end", text},
            {"search", text},
            {"executions", 3},
            {"steps", 4},
            {"seconds", 0.5},
            {"why", text},
            {"preemptions", 1},
            {"replay", text},
            {"roles", {text}},
            {"trace", json::array({step})}};
  json unavailable = each;
  unavailable["end"] = "unavailable";
  return {{"cases", {each, unavailable}},
          {"left_out", json::array({{{"strategy", text}, {"scenario", text}, {"reason", text}}})},
          {"seconds", 1.5}};
}

TEST_P(HostileString, InWhatOthersExplored) {
  expect_calm(explore_text(explored_with(text()), plain));
}

TEST_P(HostileString, InHtml) {
  const std::string html = explore_html(explored_with(text()));
  const std::string harmless = explore_html(explored_with("x"));
  for (const char mark : {'<', '>', '"', '\''}) {
    EXPECT_EQ(std::ranges::count(html, mark), std::ranges::count(harmless, mark)) << mark;
  }
  expect_calm(html);
}

CheckReport checked_with(const std::string& text) {
  run::PropertyReport pair;
  pair.strategy = &catalogue::strategy("futex_mutex");
  pair.scenario = &catalogue::scenario("contended_counter");
  pair.lanes = {{.lane = run::Lane::forked, .runs = 9, .time = std::chrono::milliseconds{5}, .left_out = {text}}};
  run::PropertyFinding found;
  found.verdict = {Judgement::violated, text, {}};
  found.detector = run::detector::invariant;
  found.values = {2, 10, 0, 3};
  found.token = text;
  pair.violation = found;
  pair.shortfall = text;
  CheckReport report;
  report.pairs = {pair};
  report.misfits = {{text, text, text}};
  return report;
}

TEST_P(HostileString, InJunit) {
  pugi::xml_document document;
  const std::string xml = check_junit(checked_with(text()));
  ASSERT_TRUE(document.load_buffer(xml.data(), xml.size()));
  expect_calm(xml);
  const pugi::xml_node suite = document.child("testsuites").child("testsuite");
  EXPECT_EQ(std::string(suite.child("testcase").child("failure").attribute("message").value()), report::printable(text()));
  EXPECT_EQ(std::distance(suite.children().begin(), suite.children().end()), 2);
}

TEST_P(HostileString, InTheReportOfACheck) {
  expect_calm(check_text(checked_with(text()), plain, true));
}

TEST_P(HostileString, InTheReportOfFaults) {
  CrashFindings findings;
  findings.faults = {
      {.fault = text(), .subject = text(), .expected = text(), .observed = text(), .agrees = false, .why = text()}};
  findings.drifts = {text()};
  expect_calm(crash_text(findings, plain, false));
  EXPECT_EQ(json::parse(report::to_text(crash_json(findings))).at("faults").size(), 1U);
}

/// As an argument, it comes back in the one line about it.
TEST_P(HostileString, OnStandardError) {
  if (text().find('\0') != std::string::npos) { return; }  // ends the argument before it is ours
  const testing::ProgramEnd end = testing::run_program({"list", "--strategy", text()});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_EQ(std::ranges::count(end.err, '\n'), 1);
  expect_calm(end.err);
}

TEST(HostileStrings, AreMoreThanTwenty) {
  EXPECT_GE(testing::hostile_strings().size(), 20U);
}

}  // namespace
}  // namespace shmlab::cli
