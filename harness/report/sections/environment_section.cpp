#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/json_member.hpp"
#include "report/quantity.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

std::string or_unknown(const std::string& text) {
  return text.empty() ? "unknown" : text;
}

std::string cpus_text(const json& cpus) {
  return cpus.empty() ? "not pinned" : fmt::format("pinned to {}", fmt::join(cpus.get<std::vector<int>>(), ", "));
}

using Facts = std::vector<std::pair<std::string, std::string>>;

Facts facts_of(const StoredRun& run) {
  const json& ours = run.ours();
  const json& machine = ours.at("machine");
  const json& floor = ours.at("floor");
  const auto floor_text = [&floor](const char* name) { return or_unknown(time_text(number_of(floor, name))); };
  return {{"commit", fmt::format("{} (shmlab {})", text_of(ours, "commit"), text_of(ours, "version"))},
          {"built with", fmt::format("{}, {}", text_of(ours, "compiler"), text_of(ours, "build_type"))},
          {"began", text_of(ours, "started_at")},
          {"took", or_unknown(time_text(number_of(ours, "duration_s") * 1e9))},
          {"machine", text_of(machine, "id")},
          {"CPU", or_unknown(text_of(machine, "cpu_model"))},
          {"CPUs", fmt::format("{} of {}{}; participants {}", machine.at("allowed_cpus").get<std::uint64_t>(),
                               machine.at("logical_cpus").get<std::uint64_t>(),
                               machine.at("hypervisor").get<bool>() ? ", virtual" : "", cpus_text(ours.at("cpus")))},
          {"system", fmt::format("{}, kernel {}, glibc {}", or_unknown(text_of(machine, "os")),
                                 or_unknown(text_of(machine, "kernel_release")), or_unknown(text_of(machine, "glibc_version")))},
          {"cache line there and back", floor_text("round_trip_ns")},
          {"system call", floor_text("syscall_ns")},
          {"uncontended atomic", floor_text("uncontended_atomic_ns")},
          {"time stamp", fmt::format("{} ({})", floor_text("clock_ns"), text_of(ours.at("clock"), "source"))}};
}

Table facts_table(const ReportData& data) {
  Table table{"Machines and builds", {{""}}, {}};
  for (const StoredRun& run : data.runs) {
    table.columns.push_back({run.label});
    const Facts facts = facts_of(run);
    table.rows.resize(facts.size());
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (table.rows[i].cells.empty()) { table.rows[i].cells.push_back(facts[i].first); }
      table.rows[i].cells.push_back(facts[i].second);
    }
  }
  return table;
}

Table warnings_table(const ReportData& data) {
  Table table{"Warnings of the doctor", {{"run"}, {"what"}, {"effect"}, {"remedy"}}, {}};
  for (const StoredRun& run : data.runs) {
    for (const json& warning : run.ours().at("warnings")) {
      table.rows.push_back({{run.label, text_of(warning, "what"), text_of(warning, "effect"), text_of(warning, "remedy")}, {}});
    }
  }
  return table;
}

}  // namespace

Section environment_section(const ReportView& view) {
  Section section{
      .id = "environment", .title = "Environment", .paragraphs = {}, .blocks = {{.tables = {facts_table(view.data)}}}};
  Table warnings = warnings_table(view.data);
  if (warnings.rows.empty()) {
    section.paragraphs.emplace_back("The doctor found nothing on the machine that spoils a measurement.");
  } else {
    section.paragraphs.push_back(fmt::format("⚠ {} of what shmlab doctor looks at may spoil figures.", warnings.rows.size()));
    section.blocks.push_back({.tables = {std::move(warnings)}});
  }
  return section;
}

}  // namespace shmlab::report
