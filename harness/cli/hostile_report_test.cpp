#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/shell_word.hpp"
#include "cli/testing/hostile_strings.hpp"
#include "report/formats/formats.hpp"
#include "report/html/html_page.hpp"
#include "report/json_text.hpp"
#include "report/printable.hpp"
#include "report/report_document.hpp"
#include "report/terminal_table.hpp"
#include "report/testing/sample_report.hpp"

/// Hostile strings in the report of a result, in every format.
namespace shmlab::cli {
namespace {

using nlohmann::json;
using testing::expect_calm;
using testing::with_texts;

class HostileReport : public testing::HostileString {};
INSTANTIATE_TEST_SUITE_P(All, HostileReport, ::testing::ValuesIn(testing::hostile_strings()), testing::name_of);

TEST_P(HostileReport, InTheReportOfAResult) {
  const std::vector<std::string> kept{"verdict", "regime", "kind", "schema"};
  expect_calm(report::terminal_table(with_texts(report::testing::result(), text(), kept), {.colour = false, .width = 120}));
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

TEST_P(HostileReport, InAHtmlReport) {
  const std::string html = page_with(text(), {});
  expect_calm(html);
  if (text().find_first_not_of(' ') == std::string::npos) { return; }  // then rows say no name of their own
  const std::string harmless = page_with("x", {});
  for (const char mark : {'<', '>', '"'}) {
    EXPECT_EQ(std::ranges::count(html, mark), std::ranges::count(harmless, mark)) << mark;
  }
}

/// Names stand in the data of the charts too, as JSON.
TEST_P(HostileReport, InTheScriptsOfAHtmlReport) {
  const std::string html = page_with(text(), {"var library"});
  expect_calm(html);
  EXPECT_EQ(count(html, "<script"), count(html, "</script>") + count(html, "<script>"));
  EXPECT_EQ(count(html, "<script type=\"application/json\""), html.find("The charts are static") == std::string::npos ? 1U : 0U);
  EXPECT_LE(count(html, "</script>"), 3U);
  EXPECT_EQ(count(html, "<!--"), 0U);
}

TEST_P(HostileReport, InMarkdown) {
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

TEST_P(HostileReport, InCsv) {
  const std::string written = report::csv(report_with(text()));
  std::string without = written;
  std::erase(without, '\r');
  expect_calm(without);
  EXPECT_EQ(std::ranges::count(written, '\n'), 7) << "titles and six cases";
  if (GetParam().name.starts_with("formula")) { EXPECT_EQ(written.find("\n" + text().substr(0, 1)), std::string::npos); }
}

TEST_P(HostileReport, InTheJunitOfAReport) {
  pugi::xml_document document;
  const std::string xml = report::junit(report_with(text()));
  ASSERT_TRUE(document.load_buffer(xml.data(), xml.size()));
  expect_calm(xml);
  const pugi::xml_node suite = document.child("testsuites").child("testsuite");
  EXPECT_EQ(std::distance(suite.children().begin(), suite.children().end()), 10) << "six cases and four pairs";
  EXPECT_EQ(std::string(suite.child("testcase").attribute("name").value()), report::printable(text()));
}

TEST_P(HostileReport, InExportsForOthers) {
  const report::ReportData data = report_with(text());
  for (const json& written : {report::bencher(data.runs.front()), report::github_action_benchmark(data.runs.front()),
                              report::findings_json(data, report::report_document(data))}) {
    EXPECT_EQ(json::parse(report::to_text(written)).size(), written.size());
  }
}

}  // namespace
}  // namespace shmlab::cli
