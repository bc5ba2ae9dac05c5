#include <fmt/core.h>

#include <string>
#include <vector>

#include "cli/crash_report.hpp"
#include "report/paragraph.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {

using report::Emphasis;

std::string fault_text(const std::vector<crash::FaultRow>& rows, const report::Style& style) {
  report::TextTable table({{.title = "fault"},
                           {.title = "in"},
                           {.title = "expected", .shortens = true},
                           {.title = "observed", .shortens = true},
                           {.title = "rounds", .align = report::Align::right},
                           {.title = "well"}});
  std::string reasons;
  for (const crash::FaultRow& row : rows) {
    const bool is_bad = row.agrees == false;
    table.row({row.fault, row.subject, row.expected, row.observed, row.rounds == 0 ? "" : std::to_string(row.rounds),
               !row.agrees ? "not injected"
               : is_bad    ? "NO"
                           : "yes"},
              is_bad ? Emphasis::bad : Emphasis::none);
    if (!row.why.empty()) {
      reasons += report::paragraph("  ", fmt::format("{}, {}: {}", row.fault, row.subject, row.why), style);
    }
  }
  return table.render(style) + (reasons.empty() ? "" : "\nWhy:\n" + reasons);
}

}  // namespace shmlab::cli
