#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "cli/check_report.hpp"
#include "cli/crash_report.hpp"
#include "cli/explore_report.hpp"
#include "cli/shell_word.hpp"
#include "cli/testing/program_run.hpp"
#include "report/formats/formats.hpp"
#include "report/html/html_page.hpp"
#include "report/json_text.hpp"
#include "report/paragraph.hpp"
#include "report/printable.hpp"
#include "report/progress.hpp"
#include "report/report_document.hpp"
#include "report/terminal_table.hpp"
#include "report/testing/sample_report.hpp"
#include "report/text_table.hpp"
#include "run/result.hpp"

/// What names, messages and files of others may hold, through everything that writes: none of it steers a terminal, ends an element, or becomes
/// another command.
namespace shmlab::cli {
namespace {

using nlohmann::json;

struct Hostile {
  std::string name;
  std::string text;
};
void PrintTo(const Hostile& hostile, std::ostream* out) {
  *out << hostile.name;
}

const std::vector<Hostile> all_hostile{{"escape_sequence", "\x1b[31mred\x1b[0m"},
                                       {"clears_the_screen", "\x1b[2J\x1b[H"},
                                       {"sets_the_title", "\x1b]0;owned\x07"},
                                       {"hyperlink", "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\"},
                                       {"one_character_csi",
                                        "\xc2\x9b"
                                        "31m"},
                                       {"carriage_return", "all well\rBAD"},
                                       {"newlines", "one\nshmlab: 0 violated\n"},
                                       {"backspaces", "bad\b\b\bgood"},
                                       {"tab_and_vertical_tab", "a\tb\vc\fd"},
                                       {"nul", std::string("cut\0off", 7)},
                                       {"delete_character", "a\x7f"},
                                       {"bidi_override", "user\xe2\x80\xae\xe2\x81\xa6txt.exe"},
                                       {"bidi_isolate", "\xe2\x81\xa7rtl\xe2\x81\xa9"},
                                       {"zero_width",
                                        "fut\xe2\x80\x8b"
                                        "ex\xef\xbb\xbf"},
                                       {"line_separator",
                                        "a\xe2\x80\xa8"
                                        "b\xe2\x80\xa9"},
                                       {"tag_characters", "\xf3\xa0\x81\x81"},
                                       {"double_quotes", R"("quoted" onmouseover="x")"},
                                       {"single_quotes", "it's' ; touch /tmp/owned '"},
                                       {"end_of_script", "</script><script>alert(1)</script>"},
                                       {"end_of_script_upper", "</SCRIPT ><img src=x onerror=alert(1)>"},
                                       {"comment", "<!--<script>"},
                                       {"cdata", "]]><x>"},
                                       {"entity", "&lt;b&gt; &amp; &#x3c;"},
                                       {"commas", "a,b,\"c\",d"},
                                       {"formula", "=cmd|' /C calc'!A0"},
                                       {"formula_at", "@SUM(1+1)*cmd"},
                                       {"markdown", "| x | `y` | [z](javascript:alert(1)) <b>"},
                                       {"shell", "$(touch /tmp/owned) `id` ; & | > < * ? ! # ~"},
                                       {"shell_escapes", "\\'\\x41\\n\\"},
                                       {"format", "{} {0} %s %n %x"},
                                       {"path", "../../../etc/passwd"},
                                       {"invalid_utf8", "\xff\xfe\xc0\xaf"},
                                       {"cut_utf8", "a\xe2\x80"},
                                       {"surrogate", "\xed\xa0\x80"},
                                       {"very_long", std::string(100'000, 'A')},
                                       {"very_long_and_wide",
                                        [] {
                                          std::string text;
                                          for (int i = 0; i < 5'000; ++i) { text += "\xe4\xbd\xa0"; }
                                          return text;
                                        }()},
                                       {"empty", ""},
                                       {"blank", "   "}};

class HostileString : public ::testing::TestWithParam<Hostile> {
 protected:
  [[nodiscard]] const std::string& text() const { return GetParam().text; }
  [[nodiscard]] bool is_utf8() const { return !GetParam().name.ends_with("utf8") && GetParam().name != "surrogate"; }
};
INSTANTIATE_TEST_SUITE_P(All, HostileString, ::testing::ValuesIn(all_hostile), [](const auto& each) { return each.param.name; });

/// Lines of text: what printable() would have to change is not in it, apart from the newlines between them.
void expect_calm(const std::string& text) {
  std::string without = text;
  std::erase(without, '\n');
  EXPECT_EQ(report::printable(without), without);
}

/// The same with this text in the place of every one that is nobody's key word.
json with_texts(json value, const std::string& text, const std::vector<std::string>& kept) {
  if (value.is_string()) { return text; }
  if (value.is_object()) {
    for (auto& [key, member] : value.items()) {
      if (std::ranges::find(kept, key) == kept.end()) { member = with_texts(member, text, kept); }
    }
  } else if (value.is_array()) {
    for (json& member : value) { member = with_texts(member, text, kept); }
  }
  return value;
}

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

TEST_P(HostileString, InTheReportOfAResult) {
  const std::vector<std::string> kept{"verdict", "regime", "kind", "schema"};
  expect_calm(report::terminal_table(with_texts(report::testing::result(), text(), kept), plain));
}

/// Everything that a report is made from, with this text wherever a text stands.
report::ReportData report_with(const std::string& text) {
  const std::vector<std::string> kept{"verdict", "regime", "kind", "schema", "course", "role"};
  report::ReportData data;
  data.runs.push_back({.label = text,
                       .commands = {"shmlab bench " + shell_word(text)},
                       .result = with_texts(report::testing::result(), text, kept)});
  data.deaths = report::deaths_in(with_texts(report::testing::deaths(), text, kept), text);
  data.correctness = {report::correctness_in(with_texts(report::testing::selftest(), text, kept), text),
                      report::correctness_in(with_texts(report::testing::check(), text, kept), text)};
  return data;
}

std::string page_with(const std::string& text, const std::vector<std::string>& libraries) {
  return report::html_page(report::report_document(report_with(text)), {.libraries = libraries, .why_none = text},
                           "0123456789abcdef");
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) { ++found; }
  return found;
}

TEST_P(HostileString, InAHtmlReport) {
  const std::string html = page_with(text(), {});
  expect_calm(html);
  if (text().find_first_not_of(' ') == std::string::npos) { return; }  // then rows say no name of their own
  const std::string harmless = page_with("x", {});
  for (const char mark : {'<', '>', '"'}) {
    EXPECT_EQ(std::ranges::count(html, mark), std::ranges::count(harmless, mark)) << mark;
  }
}

/// Names stand in the data of the charts too, as JSON.
TEST_P(HostileString, InTheScriptsOfAHtmlReport) {
  const std::string html = page_with(text(), {"var library"});
  expect_calm(html);
  EXPECT_EQ(count(html, "<script"), count(html, "</script>") + count(html, "<script>"));
  EXPECT_EQ(count(html, "<script type=\"application/json\""), html.find("The charts are static") == std::string::npos ? 1U : 0U);
  EXPECT_LE(count(html, "</script>"), 3U);
  EXPECT_EQ(count(html, "<!--"), 0U);
}

TEST_P(HostileString, InMarkdown) {
  std::string written = report::markdown(report::report_document(report_with(text())));
  expect_calm(written);
  EXPECT_LE(written.size(), report::largest_markdown_bytes);
  // Commands are indented code, in which all is text.
  for (std::size_t at = written.find("\n    "); at != std::string::npos; at = written.find("\n    ", at)) {
    written.erase(at, written.find('\n', at + 1) - at);
  }
  EXPECT_EQ(written.find("<script"), std::string::npos);
  EXPECT_EQ(written.find("<img"), std::string::npos);
  EXPECT_EQ(written.find("<b>"), std::string::npos);
  EXPECT_EQ(written.find("[z](java"), std::string::npos);
}

TEST_P(HostileString, InCsv) {
  const std::string written = report::csv(report_with(text()));
  std::string without = written;
  std::erase(without, '\r');
  expect_calm(without);
  EXPECT_EQ(std::ranges::count(written, '\n'), 7) << "titles and six cases";
  if (GetParam().name.starts_with("formula")) { EXPECT_EQ(written.find("\n" + text().substr(0, 1)), std::string::npos); }
}

TEST_P(HostileString, InTheJunitOfAReport) {
  pugi::xml_document document;
  const std::string xml = report::junit(report_with(text()));
  ASSERT_TRUE(document.load_buffer(xml.data(), xml.size()));
  expect_calm(xml);
  const pugi::xml_node suite = document.child("testsuites").child("testsuite");
  EXPECT_EQ(std::distance(suite.children().begin(), suite.children().end()), 10) << "six cases and four pairs";
  EXPECT_EQ(std::string(suite.child("testcase").attribute("name").value()), report::printable(text()));
}

TEST_P(HostileString, InExportsForOthers) {
  const report::ReportData data = report_with(text());
  for (const json& written : {report::bencher(data.runs.front()), report::github_action_benchmark(data.runs.front()),
                              report::findings_json(data, report::report_document(data))}) {
    EXPECT_EQ(json::parse(report::to_text(written)).size(), written.size());
  }
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
  EXPECT_GE(all_hostile.size(), 20U);
}

}  // namespace
}  // namespace shmlab::cli
