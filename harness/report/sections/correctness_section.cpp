#include <fmt/format.h>

#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

std::string sentence(const Correctness& each) {
  if (each.is_selftest) {
    return fmt::format("{} controls, broken on purpose: {} missed by the detector that they name, {} not tried.", each.asked,
                       each.findings, each.unknown);
  }
  return fmt::format("{} pairs of strategy and scenario: {} violated, {} without an answer.", each.asked, each.findings,
                     each.unknown);
}

}  // namespace

Section correctness_section(const ReportView& view) {
  Section section{.id = "correctness", .title = "Who caught what", .paragraphs = {}, .blocks = {}};
  if (view.data.correctness.empty()) {
    section.paragraphs.emplace_back(
        "No verdicts here: make them with 'shmlab selftest --json > selftest.json' (every detector hunts every control) or "
        "'shmlab check --json > check.json', and give each with --correctness FILE.");
  }
  for (const Correctness& each : view.data.correctness) {
    section.blocks.push_back({.paragraphs = {sentence(each)}, .tables = {each.table}});
  }
  return section;
}

}  // namespace shmlab::report
