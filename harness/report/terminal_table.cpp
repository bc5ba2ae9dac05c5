#include "report/terminal_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "report/case_table.hpp"
#include "report/json_member.hpp"
#include "report/paragraph.hpp"
#include "report/printable.hpp"
#include "report/quantity.hpp"
#include "report/text_table.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;
using Rows = std::vector<const json*>;

std::string or_unknown(const std::string& text, std::string_view otherwise) {
  return text.empty() ? std::string{otherwise} : text;
}

std::string run_heading(const json& ours, const Style& style) {
  const json& machine = ours["machine"];
  const json& floor = ours["floor"];
  const auto measured = [&floor](const char* name) { return or_unknown(time_text(number_of(floor, name)), "not measured"); };
  const json& cpus = ours["cpus"];
  std::string text =
      paragraph("run      ",
                fmt::format("shmlab {} ({}), {} {}, {}, {}, {}", text_of(ours, "version"), text_of(ours, "commit"),
                            text_of(ours, "compiler"), text_of(ours, "build_type"), text_of(ours, "started_at"),
                            or_unknown(time_text(number_of(ours, "duration_s") * 1e9), "unfinished"),
                            cpus.empty() ? "not pinned" : fmt::format("CPUs {}", fmt::join(cpus.get<std::vector<int>>(), ", "))),
                style);
  text += paragraph(
      "machine  ",
      fmt::format("{}, {} of {} CPUs, {}{}, kernel {}, glibc {}", or_unknown(text_of(machine, "cpu_model"), "unknown CPU"),
                  machine["allowed_cpus"].get<std::uint64_t>(), machine["logical_cpus"].get<std::uint64_t>(),
                  machine["hypervisor"].get<bool>() ? "virtual, " : "", or_unknown(text_of(machine, "os"), "unknown OS"),
                  or_unknown(text_of(machine, "kernel_release"), "unknown"),
                  or_unknown(text_of(machine, "glibc_version"), "unknown")),
      style);
  text += paragraph("floor    ",
                    fmt::format("cache line there and back {}, system call {}, uncontended atomic {}, time stamp {} ({})",
                                measured("round_trip_ns"), measured("syscall_ns"), measured("uncontended_atomic_ns"),
                                measured("clock_ns"), text_of(ours["clock"], "source")),
                    style);
  if (const auto counters = ours.find("hardware_counters"); counters != ours.end() && !(*counters)["available"].get<bool>()) {
    text += paragraph("counters ", fmt::format("not available: {}", text_of(*counters, "reason")), style);
  }
  for (const json& warning : ours["warnings"]) {
    text += paragraph(
        "warning  ", fmt::format("{}: {} ({})", text_of(warning, "what"), text_of(warning, "effect"), text_of(warning, "remedy")),
        style);
  }
  return text;
}

/// Scenario names: those that the run describes in their order, then any others.
std::vector<std::string> scenario_names(const json& ours) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) { names.push_back(name); }
  };
  for (const json& scenario : ours["scenarios"]) { add(text_of(scenario, "name")); }
  for (const char* list : {"cases", "skipped"}) {
    for (const json& row : ours[list]) { add(text_of(row, "scenario")); }
  }
  return names;
}

Rows rows_of(const json& rows, const std::string& scenario) {
  Rows result;
  for (const json& row : rows) {
    if (text_of(row, "scenario") == scenario) { result.push_back(&row); }
  }
  return result;
}

std::uint64_t crowd_of(const json& row) {
  return row.value("participants_per_cpu", std::uint64_t{0});
}
std::uint64_t quota_of(const json& row) {
  return row.value("cpu_quota_percent", std::uint64_t{0});
}

/// Cases that did the same job: with the same parameters.
std::vector<Rows> by_params(const Rows& cases) {
  std::vector<Rows> groups;
  for (const json* row : cases) {
    const auto same = std::ranges::find_if(groups, [row](const Rows& group) {
      const json& first = *group.front();
      return first["params"] == (*row)["params"] && crowd_of(first) == crowd_of(*row) && quota_of(first) == quota_of(*row);
    });
    (same != groups.end() ? *same : groups.emplace_back()).push_back(row);
  }
  return groups;
}

/// What all cases of a group have in common.
std::string job_text(const Rows& group) {
  std::vector<std::string> parts;
  const json& first = *group.front();
  parts.push_back(fmt::format("{} participants", first["participants"].get<std::uint64_t>()));
  if (crowd_of(first) != 0) { parts.push_back(fmt::format("{} on each CPU", crowd_of(first))); }
  if (quota_of(first) != 0) { parts.push_back(fmt::format("{} % of one CPU", quota_of(first))); }
  for (const auto& [name, value] : first["params"].items()) {
    const bool until_stopped = name == "operations" && value == 0;
    if (!until_stopped && name != "participants") { parts.push_back(fmt::format("{} {}", name, value.get<std::uint64_t>())); }
  }
  for (const char* member : {"lane", "region"}) {
    const bool common = std::ranges::all_of(group, [&](const json* row) { return (*row)[member] == first[member]; });
    if (common) { parts.push_back(text_of(first, member)); }
  }
  const bool timed = !first["latencies"].empty();
  if (timed) { parts.push_back(fmt::format("percentiles of {}", text_of(first["latencies"].front(), "name"))); }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string scenario_text(const json& ours, const std::string& name, const Style& style) {
  const Rows cases = rows_of(ours["cases"], name);
  const Rows skipped = rows_of(ours["skipped"], name);
  if (cases.empty() && skipped.empty()) { return {}; }
  std::string text = "\n" + heading(printable(name), style) + "\n";
  for (const json& scenario : ours["scenarios"]) {
    if (text_of(scenario, "name") != name) { continue; }
    text += paragraph("  ",
                      fmt::format("{}; measured: {}", text_of(scenario, "summary"),
                                  fmt::join(scenario["metrics"].get<std::vector<std::string>>(), ", ")),
                      style);
  }
  std::string_view separator;
  for (const Rows& group : by_params(cases)) {
    text.append(separator).append(paragraph("  ", job_text(group), style)).append(case_table(group, style));
    separator = "\n";
  }
  return text + skipped_text(skipped, style);
}

std::string legend(const json& cases, const Style& style) {
  double confidence = 1;
  for (const json& row : cases) {
    if (row["summary"]["samples_used"] > 1) {
      confidence = std::min(confidence, number_of(row["summary"]["ns_per_operation"], "confidence"));
    }
  }
  constexpr double per_cent = 100;
  return "\n" + paragraph("",
                          fmt::format(
                              "* fastest of its table; interval: distribution-free, covers the median with at least {:.0f} %; "
                              "× floor: median/op over the cache-line round trip probed beside each sample; Jain: fairness, 1 is "
                              "equal shares; min/max: the smallest share over the largest; CPU/op, sw/op: CPU time and context "
                              "switches of all "
                              "participants; a counter's /1k: for each 1,000 operations; bytes: of shared memory, what strategy "
                              "and scenario take",
                              std::floor(confidence * per_cent)),
                          style);
}

}  // namespace

std::string terminal_table(const nlohmann::json& result, const Style& style) {
  const json& ours = result.at("context").at("shmlab");
  std::string text = run_heading(ours, style);
  for (const std::string& name : scenario_names(ours)) { text += scenario_text(ours, name, style); }
  if (!ours["cases"].empty()) { text += legend(ours["cases"], style); }
  return text;
}

}  // namespace shmlab::report
