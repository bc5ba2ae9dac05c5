#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "report/formats/formats.hpp"
#include "report/html/escaped.hpp"
#include "report/printable.hpp"

namespace shmlab::report {
namespace {

constexpr std::size_t longest_cell = 200;  // columns

/// Text that stays text: what HTML would read becomes an entity, and `read`, what Markdown would, gets a backslash
/// (CommonMark 0.31, 2.4: any ASCII punctuation may).
std::string safe(std::string_view text, std::string_view read) {
  std::string result;
  for (const char c : printable(text)) {
    if (read.find(c) != std::string_view::npos) { result += '\\'; }
    const bool is_html = std::string_view("&<>\"'").find(c) != std::string_view::npos;
    result += is_html ? escaped({&c, 1}) : std::string(1, c);
  }
  return result;
}

/// A cell or a title.
std::string plain(std::string_view text) {
  return safe(shortened(printable(text), longest_cell), "\\`*_{}[]()#+!|~@:");
}

/// A sentence, whose parentheses and colons are ours.
std::string sentence(std::string_view text) {
  return safe(text, "\\`*_[]#!|~@");
}

std::string paragraph(std::string_view text) {
  return sentence(text) + "\n\n";
}

std::string table(const Table& given, std::size_t most_rows) {
  std::string text = "|";
  for (const TableColumn& column : given.columns) { text += fmt::format(" {} |", plain(column.title)); }
  text += "\n|";
  for (const TableColumn& column : given.columns) { text += column.is_number ? " ---: |" : " --- |"; }
  text += "\n";
  for (std::size_t i = 0; i < std::min(most_rows, given.rows.size()); ++i) {
    text += "|";
    for (const std::string& cell : given.rows[i].cells) { text += fmt::format(" {} |", plain(cell)); }
    text += "\n";
  }
  if (given.rows.size() > most_rows) {
    text += fmt::format("\n{} more rows are in the HTML report.\n", given.rows.size() - most_rows);
  }
  return text + "\n";
}

std::string code(const std::vector<std::string>& commands) {
  std::string text;
  for (const std::string& line : commands) { text += "    " + printable(line) + "\n"; }
  return text.empty() ? text : text + "\n";
}

std::string section(const Section& given, std::size_t most_rows) {
  std::string text;
  for (const std::string& each : given.paragraphs) { text += paragraph(each); }
  for (const Block& block : given.blocks) {
    if (!block.title.empty()) { text += fmt::format("**{}**\n\n", plain(block.title)); }
    for (const std::string& each : block.paragraphs) { text += paragraph(each); }
    for (const Table& each : block.tables) { text += table(each, most_rows); }
    text += code(block.commands);
  }
  return text;
}

std::string folded(const Section& given, std::size_t most_rows) {
  return fmt::format("<details><summary>{}</summary>\n\n{}</details>\n\n", escaped(given.title), section(given, most_rows));
}

/// What matters of a choice: its sentences; the tables are folded with the rest.
std::string advice(const Section& given) {
  std::string text = fmt::format("### {}\n\n", plain(given.title));
  for (const Block& block : given.blocks) {
    for (const std::string& each : block.paragraphs) { text += "- " + sentence(each) + "\n"; }
  }
  return text + "\n";
}

std::string whole(const Document& document, std::size_t most_rows) {
  std::string text = fmt::format("## {}\n\n**{}**\n\n", plain(document.title), sentence(document.verdict));
  for (const Section& each : document.sections) {
    if (each.matters) { text += advice(each); }
  }
  for (const Section& each : document.sections) { text += folded(each, most_rows); }
  return text;
}

}  // namespace

std::string markdown(const Document& document) {
  std::string text;
  for (const std::size_t most_rows : {1'000U, 20U, 10U, 5U, 2U, 0U}) {
    text = whole(document, most_rows);
    if (text.size() <= largest_markdown_bytes) { return text; }
  }
  Document shorter{document.title, document.verdict, {}};
  for (const Section& each : document.sections) {
    if (each.matters && whole({document.title, document.verdict, {each}}, 0).size() <= largest_markdown_bytes) {
      shorter.sections.push_back(each);
    }
  }
  text = whole(shorter, 0);
  if (text.size() > largest_markdown_bytes) {
    shorter.verdict = shortened(printable(document.verdict), longest_cell);
    text = whole(shorter, 0);
  }
  return text + "More is in the HTML report.\n";
}

}  // namespace shmlab::report
