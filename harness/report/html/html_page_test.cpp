#include "report/html/html_page.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <regex>
#include <set>

#include "report/html/packed.hpp"
#include "report/html/svg_scale.hpp"
#include "report/report_document.hpp"
#include "report/testing/sample_report.hpp"

namespace shmlab::report {
namespace {

constexpr std::string_view nonce = "0123456789abcdef";

std::string page(const HtmlScripts& scripts) {
  return html_page(report_document(testing::two_runs()), scripts, nonce);
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) { ++found; }
  return found;
}

TEST(HtmlPage, AllowsNothingFromElsewhere) {
  const std::string html = page({.libraries = {"var library = 1"}, .why_none = {}});
  EXPECT_NE(html.find("default-src 'none'; script-src 'nonce-0123456789abcdef'; style-src 'nonce-0123456789abcdef'"),
            std::string::npos);
  EXPECT_EQ(html.find("unsafe-"), std::string::npos);
  EXPECT_EQ(html.find(" src="), std::string::npos);
  EXPECT_EQ(html.find("<link"), std::string::npos);
  EXPECT_EQ(html.find("style=\""), std::string::npos) << "which the policy would refuse";
}

TEST(HtmlPage, GivesEachThingItsOwnId) {
  const std::string html = page({.libraries = {"var library = 1"}, .why_none = {}});
  const std::regex id(" id=\"([^\"]*)\"");
  std::multiset<std::string> ids;
  for (std::sregex_iterator at(html.begin(), html.end(), id); at != std::sregex_iterator(); ++at) { ids.insert((*at)[1]); }
  EXPECT_GT(ids.size(), 15U);
  for (const std::string& each : ids) { EXPECT_EQ(ids.count(each), 1U) << each; }
}

TEST(HtmlPage, HasAnAccessibleNameAndATableForEveryChart) {
  const std::string html = page({.libraries = {}, .why_none = "of a test"});
  EXPECT_GT(count(html, "<figure"), 5U);
  EXPECT_EQ(count(html, "<figure"), count(html, "role=\"img\" aria-label=\""));
  EXPECT_GE(count(html, "<table"), 6U);
}

TEST(HtmlPage, SaysWhyItsChartsAreStatic) {
  EXPECT_NE(page({.libraries = {}, .why_none = "npm has gone"}).find("The charts are static: npm has gone."), std::string::npos);
  std::string random;
  for (unsigned i = 0, state = 1; i < 2 * largest_page_bytes; ++i) {
    state = state * 1664525U + 1013904223U;
    random += static_cast<char>('!' + (state >> 16U) % 90);
  }
  const std::string html = page({.libraries = {random}, .why_none = {}});
  EXPECT_LE(html.size(), largest_page_bytes);
  EXPECT_NE(html.find("The charts are static: with Vega"), std::string::npos);
}

TEST(Packed, IsUnpackedByZlib) {
  const std::string script(100'000, 'x');
  const std::string text = packed(std::vector<std::string>{script, "end"});
  ASSERT_EQ(text.size() % 4, 0U);
  const std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<unsigned char> bytes;
  for (std::size_t at = 0; at < text.size(); at += 4) {
    unsigned four = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      four = four << 6U | static_cast<unsigned>(text[at + i] == '=' ? 0 : letters.find(text[at + i]));
    }
    for (const unsigned shift : {16U, 8U, 0U}) { bytes.push_back(static_cast<unsigned char>(four >> shift & 0xffU)); }
  }
  std::string unpacked(200'000, ' ');
  uLongf size = unpacked.size();
  // One or two bytes of padding behind the stream do not matter to it.
  ASSERT_EQ(uncompress(reinterpret_cast<Bytef*>(unpacked.data()), &size, bytes.data(), bytes.size()), Z_OK);
  EXPECT_EQ(unpacked.substr(0, size), script + "\n;\nend\n;\n");
}

TEST(Nonce, IsAnotherEachTime) {
  EXPECT_EQ(fresh_nonce().size(), 32U);
  EXPECT_NE(fresh_nonce(), fresh_nonce());
}

TEST(SvgScale, PutsPowersOfTenOnALogAxis) {
  const SvgScale scale({15, 90'000}, true, 0, 100);
  std::vector<std::string> texts;
  for (const SvgScale::Tick& tick : scale.ticks()) { texts.push_back(tick.text); }
  EXPECT_EQ(texts, (std::vector<std::string>{"100", "1 k", "10 k", "100 k"}));
  EXPECT_GT(scale.at(15), 0);
  EXPECT_LT(scale.at(90'000), 100);
}

TEST(SvgScale, CopesWithOneValueAndWithNone) {
  for (const auto& values : {std::vector<double>{}, {7}, {7, 7}}) {
    for (const bool is_log : {true, false}) {
      const SvgScale scale(values, is_log, 0, 100);
      EXPECT_FALSE(scale.ticks().empty());
      if (!values.empty()) {
        EXPECT_GE(scale.at(7), 0);
        EXPECT_LE(scale.at(7), 100);
      }
    }
  }
}

}  // namespace
}  // namespace shmlab::report
