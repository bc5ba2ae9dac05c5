#include "report/text_table.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "report/printable.hpp"

namespace shmlab::report {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest = 12;  // what a column that shortens keeps
constexpr std::size_t left_out = 0;    // the width of a column that is not shown

std::string wrapped(const std::string& text, std::string_view escape, const Style& style) {
  if (!style.colour || escape.empty()) { return text; }
  return std::string{escape} + text + "\x1b[0m";
}

std::string_view escape_of(Emphasis emphasis) {
  switch (emphasis) {
    case Emphasis::none: return {};
    case Emphasis::best: return "\x1b[1;32m";
    case Emphasis::bad: return "\x1b[1;31m";
  }
  return {};
}

}  // namespace

std::string emphasised(const std::string& text, Emphasis emphasis, const Style& style) {
  return wrapped(printable(text), escape_of(emphasis), style);
}
std::string heading(const std::string& text, const Style& style) {
  return wrapped(printable(text), "\x1b[1m", style);
}

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (Column& column : columns_) { column.title = printable(column.title); }
}

void TextTable::row(std::vector<std::string> cells, Emphasis emphasis) {
  if (cells.size() > columns_.size()) {
    throw std::invalid_argument("a row of a table has more cells than the table has columns");
  }
  cells.resize(columns_.size());
  for (std::string& cell : cells) { cell = printable(cell); }
  rows_.push_back({std::move(cells), emphasis});
}

std::vector<std::size_t> TextTable::widths(unsigned limit) const {
  std::vector<std::size_t> result(columns_.size(), left_out);
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = 0;
    for (const Row& row : rows_) { widest = std::max(widest, display_width(row.cells[i])); }
    if (columns_[i].optional && widest == 0) { continue; }
    // A column without any text would be taken for one that is left out.
    result[i] = std::max({widest, display_width(columns_[i].title), std::size_t{1}});
    total += result[i] + (total == 0 ? 0 : gap);
  }
  for (std::size_t i = 0; i < columns_.size() && limit != 0; ++i) {
    if (!columns_[i].shortens || result[i] == left_out || total <= limit) { continue; }
    const std::size_t floor = std::min(result[i], std::max(narrowest, display_width(columns_[i].title)));
    const std::size_t narrowed = std::max(floor, result[i] - std::min(result[i], total - limit));
    total -= result[i] - narrowed;
    result[i] = narrowed;
  }
  return result;
}

std::string TextTable::line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const {
  std::string text;
  std::size_t owed = 0;  // blanks that are only written when more text follows
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == left_out) { continue; }
    const std::string cell = shortened(cells[i], widths[i]);
    const std::size_t padding = widths[i] - display_width(cell);
    const bool right = columns_[i].align == Align::right;
    if (right) { owed += padding; }
    if (!cell.empty()) {
      text.append(owed, ' ').append(cell);
      owed = 0;
    }
    owed += gap + (right ? 0 : padding);
  }
  return text;
}

std::string TextTable::render(const Style& style) const {
  const std::vector<std::size_t> columns = widths(style.width);
  std::vector<std::string> titles;
  titles.reserve(columns_.size());
  for (const Column& column : columns_) { titles.push_back(column.title); }
  std::string text = heading(line(titles, columns), style) + "\n";
  for (const Row& row : rows_) { text += emphasised(line(row.cells, columns), row.emphasis, style) + "\n"; }
  return text;
}

}  // namespace shmlab::report
