#include <fmt/format.h>

#include "report/sections/sections.hpp"

namespace shmlab::report {

Section gate_section(const ReportView& view) {
  Section section{.id = "gate", .title = "What a comparison can tell", .paragraphs = {}, .blocks = {}};
  if (!view.data.gate) {
    section.paragraphs.emplace_back(
        "Not known for this report: 'scripts/gate-builds && shmlab selfcheck gate --out gate.json' compares a program with "
        "itself "
        "and with slower ones, and --gate gate.json shows it here.");
    return section;
  }
  const GateCheck& check = *view.data.gate;
  section.paragraphs.push_back(fmt::format(
      "'make compare' builds two versions and runs them in pairs. Its floor: the same object files, linked at other addresses, "
      "certainly differ by {:.2f} % at most ({} cases; more than {:.0f} % would fail the check). Of {} benchmarks that were "
      "delayed on purpose, by amounts that were measured too, {} got a wrong verdict. Version {}, machine {}.",
      100 * check.largest, check.tables.front().rows.size(), 100 * check.limit, check.slowed, check.wrong, check.version,
      check.machine));
  for (const Table& table : check.tables) {
    section.blocks.push_back({.title = table.caption, .tables = {table}, .is_folded = true});
  }
  return section;
}

}  // namespace shmlab::report
