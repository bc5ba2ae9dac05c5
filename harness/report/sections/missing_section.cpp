#include <fmt/format.h>

#include "report/json_member.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {

Section missing_section(const ReportView& view) {
  Section section{.id = "missing", .title = "Not measured", .paragraphs = {}, .blocks = {}};
  Table table{"Pairs without figures", {{"case"}, {"cause"}, {"reason"}}, {}};
  if (view.has_several_runs()) { table.columns.push_back({"run"}); }
  for (const StoredRun& run : view.data.runs) {
    for (const nlohmann::json& pair : run.ours().at("skipped")) {
      const std::string& cause = text_of(pair, "cause");
      std::string shown = cause == "failed" ? "✗ failed" : cause;
      if (cause == "does_not_fit") { shown = "does not fit"; }
      TableRow row{{text_of(pair, "name"), std::move(shown), text_of(pair, "reason")}, text_of(pair, "strategy")};
      if (view.has_several_runs()) { row.cells.push_back(run.label); }
      table.rows.push_back(std::move(row));
    }
  }
  if (table.rows.empty()) {
    section.paragraphs.emplace_back("Every pair that was asked for has figures.");
  } else {
    section.blocks.push_back(
        {.title = fmt::format("{} pairs", table.rows.size()), .tables = {std::move(table)}, .is_folded = true});
  }
  return section;
}

}  // namespace shmlab::report
