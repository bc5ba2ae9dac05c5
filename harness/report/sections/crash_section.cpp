#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

std::string cell_text(DeathClass met) {
  switch (met) {
    case DeathClass::unaffected: return "✓ go on";
    case DeathClass::recovers: return "✓ recover";
    case DeathClass::detects: return "! are told";
    case DeathClass::untried: return "? unknown";
    default: return fmt::format("✗ {}", to_string(met));
  }
}

/// The worst, and who met it where not all did.
std::string survivors_text(const Deaths::Worst& met) {
  const auto worst = std::ranges::max_element(met, {}, [](const auto& each) { return each.second; });
  const bool all_alike = std::ranges::all_of(met, [&worst](const auto& each) { return each.second == worst->second; });
  return cell_text(worst->second) + (all_alike ? std::string{} : fmt::format(" ({})", worst->first));
}

Table table_of(const std::vector<Deaths>& deaths) {
  std::set<std::string> roles;
  for (const Deaths& each : deaths) {
    for (const auto& [role, worst] : each.by_role) { roles.insert(role); }
  }
  Table table{"What survivors meet at the worst point, by the role of the one who was killed", {{"strategy"}}, {}};
  for (const std::string& role : roles) { table.columns.push_back({role + " dies"}); }
  std::vector<const Deaths*> ranked;
  for (const Deaths& each : deaths) { ranked.push_back(&each); }
  std::ranges::sort(ranked, {}, [](const Deaths* each) { return std::pair(each->worst(), each->strategy); });
  for (const Deaths* each : ranked) {
    TableRow row{{each->strategy}, each->strategy};
    for (const std::string& role : roles) {
      const auto found = each->by_role.find(role);
      row.cells.push_back(found == each->by_role.end() ? std::string{} : survivors_text(found->second));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

Section crash_section(const ReportView& view) {
  Section section{.id = "crash", .title = "When a participant is killed", .paragraphs = {}, .blocks = {}};
  if (!view.data.deaths) {
    section.paragraphs.emplace_back(
        "No table of deaths here: make one with 'shmlab crash --json > crash.json', and give it with --crash crash.json.");
    return section;
  }
  section.paragraphs.emplace_back(
      "Each was killed at every access to shared memory, some at every instruction and twice in a row; two kinds of survivors "
      "were "
      "asked: a waiter that was there before, and a newcomer. What stands here is the worst that any of them met, and who did "
      "where "
      "not both: ✓ they go on, or are told and repair; ! they are told, and cannot go on; ✗ they wait for ever, are ended, or "
      "are given wrong data.");
  section.blocks.push_back({.tables = {table_of(*view.data.deaths)}});
  return section;
}

}  // namespace shmlab::report
