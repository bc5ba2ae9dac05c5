#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/style.hpp"

namespace shmlab::report {

enum class Align : std::uint8_t { left, right };
enum class Emphasis : std::uint8_t { none, best, bad };

/// One column of a TextTable.
struct Column {
  std::string title;
  Align align = Align::left;
  bool optional = false;  ///< left out when all its cells are empty
  bool shortens = false;  ///< gives way, in the middle of its texts, when the table is wider than the style allows
};

/// A table in plain text: a line of titles, one line a row, columns two blanks apart, no trailing blanks.
/// Texts may be UTF-8; whatever in them could steer a terminal is made visible (see printable()).
class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns);

  /// Adds a row; missing cells are empty. Throws std::invalid_argument when there are more cells than columns.
  void row(std::vector<std::string> cells, Emphasis emphasis = Emphasis::none);
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// The whole table; every line ends with a newline.
  [[nodiscard]] std::string render(const Style& style) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Emphasis emphasis = Emphasis::none;
  };
  [[nodiscard]] std::vector<std::size_t> widths(unsigned limit) const;
  [[nodiscard]] std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

/// `text` (one line, no newline), made printable, with the escapes of an emphasis around it, when the style has colour.
std::string emphasised(const std::string& text, Emphasis emphasis, const Style& style);
/// `text` as a heading, made printable: bold when the style has colour.
std::string heading(const std::string& text, const Style& style);

}  // namespace shmlab::report
