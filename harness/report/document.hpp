#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// A report before it is HTML, Markdown or JSON: text, tables and charts, with nothing in it about how they are written.
namespace shmlab::report {

struct TableColumn {
  std::string title{};
  bool is_number = false;  ///< set to the right
};

struct TableRow {
  std::vector<std::string> cells{};  ///< one for each column
  std::string subject{};             ///< what the reader's filter is compared with: the strategy; empty: never filtered out
};

struct Table {
  std::string caption{};
  std::vector<TableColumn> columns{};
  std::vector<TableRow> rows{};
};

enum class ChartKind : std::uint8_t {
  dots,     ///< a row for each series: its value, and from low to high
  lines,    ///< a line for each series through its points
  scatter,  ///< a mark for each point
};

struct ChartAxis {
  std::string title{};
  bool is_log = true;  ///< otherwise linear from 0
};

struct ChartPoint {
  std::string series{};  ///< the strategy
  std::string group{};   ///< what colour and shape stand for; of lines, those are the series
  double x = 0;
  double y = 0;    ///< not of dots
  double low = 0;  ///< of dots; where there is no interval, both are x
  double high = 0;
  bool is_named = false;  ///< of scatter: its series is written beside it
};

/// What is drawn of a block's table. Values on a log axis are above 0.
struct Chart {
  std::string id{};           ///< letters, digits and '-'; unique in a document
  std::string description{};  ///< for those who do not see it: what it shows
  ChartKind kind = ChartKind::dots;
  ChartAxis x{};
  ChartAxis y{};
  std::string group_title{};
  std::vector<ChartPoint> points{};  ///< the best series first
};

/// A part of a section that is shown together.
struct Block {
  std::string title{};  ///< empty: none
  std::vector<std::string> paragraphs{};
  std::vector<std::string> commands{};  ///< lines for a shell
  std::vector<Chart> charts{};
  std::vector<Table> tables{};
  bool is_folded = false;  ///< closed at first
};

struct Section {
  std::string id{};  ///< letters, digits and '-'; unique in a document
  std::string title{};
  std::vector<std::string> paragraphs{};
  std::vector<Block> blocks{};
  bool matters = false;  ///< what a short report does not fold away
};

struct Document {
  std::string title{};
  std::string verdict{};  ///< one or two sentences
  std::vector<Section> sections{};
};

}  // namespace shmlab::report
