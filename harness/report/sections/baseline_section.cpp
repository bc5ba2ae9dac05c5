#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/quantity.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

constexpr std::string_view best_shared = "shared memory, the fastest";

/// Median times of one series by payload; of shared memory also whose.
struct Series {
  std::map<std::uint64_t, double> times;
  std::map<std::uint64_t, std::string> whose;

  void add(std::uint64_t payload, const CaseRow& row) {
    if (const auto known = times.find(payload); known != times.end() && known->second <= row.median_ns) { return; }
    times[payload] = row.median_ns;
    whose[payload] = row.label;
  }
};

/// What one scenario has of both kinds.
struct Comparison {
  std::string scenario;
  Series shared;
  std::map<std::string, Series> baselines;
};

std::uint64_t payload_of(const CaseRow& row) {
  const auto found = row.params.find("payload_bytes");
  return found == row.params.end() ? 0 : found->second;
}

std::vector<Comparison> comparisons_in(const ReportView& view) {
  std::vector<Comparison> comparisons;
  for (const Job& job : view.jobs) {
    const std::optional<std::size_t> run = view.newest_of(job);
    auto known = std::ranges::find(comparisons, job.scenario, &Comparison::scenario);
    if (known == comparisons.end()) { known = comparisons.insert(comparisons.end(), {job.scenario, {}, {}}); }
    for (const CaseRow& row : job.rows) {
      if (row.run != run || row.is_control() || row.all_far || !(row.median_ns > 0)) { continue; }
      (row.kind == "baseline" ? known->baselines[row.label] : known->shared).add(payload_of(row), row);
    }
  }
  std::erase_if(comparisons, [](const Comparison& each) { return each.baselines.empty() || each.shared.times.empty(); });
  return comparisons;
}

std::string payload_text(std::uint64_t bytes) {
  constexpr std::uint64_t kib = 1024;
  return bytes > 0 && bytes % kib == 0 ? fmt::format("{} KiB", bytes / kib) : fmt::format("{} B", bytes);
}

/// Where the baseline is no longer slower, in words.
std::string crossover(const Comparison& each, const std::string& name, const Series& baseline) {
  std::vector<std::uint64_t> common;
  std::vector<std::uint64_t> ahead;  // where it is not slower
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [payload, time] : baseline.times) {
    const auto shared = each.shared.times.find(payload);
    if (shared == each.shared.times.end()) { continue; }
    common.push_back(payload);
    if (time <= shared->second) { ahead.push_back(payload); }
    least = std::min(least, time / shared->second);
  }
  if (common.empty()) { return fmt::format("{} has no payload in common with shared memory", name); }
  if (ahead.empty()) { return fmt::format("{} is at least {} times slower at every payload measured", name, significant(least)); }
  if (ahead.size() == common.size()) { return fmt::format("{} is as fast at every payload measured", name); }
  if (std::equal(ahead.rbegin(), ahead.rend(), common.rbegin())) {
    return fmt::format("{} catches up at {}", name, payload_text(ahead.front()));
  }
  std::string where;
  for (const std::uint64_t payload : ahead) { where += (where.empty() ? "" : ", ") + payload_text(payload); }
  return fmt::format("{} is as fast at {} and slower elsewhere, with no crossover", name, where);
}

Block block_of(const Comparison& each, std::size_t number) {
  Block block{.title = each.scenario, .paragraphs = {}, .is_folded = number > 1};
  Chart chart{.id = fmt::format("baseline-{}", number),
              .description = fmt::format(
                  "{}: time an operation by payload, shared memory against what the kernel carries, both axes logarithmic",
                  each.scenario),
              .kind = ChartKind::lines,
              .x = {"payload, bytes"},
              .y = {"time an operation, ns"},
              .group_title = "carried by",
              .points = {}};
  Table table{each.scenario + ": shared memory against the kernel's own",
              {{"payload", true}, {"shared memory"}, {"median/op", true}},
              {}};
  const auto draw = [&chart](const std::string& name, const Series& series) {
    for (const auto& [payload, time] : series.times) {
      chart.points.push_back({name, {}, static_cast<double>(std::max<std::uint64_t>(payload, 1)), time, time, time, false});
    }
  };
  draw(std::string(best_shared), each.shared);
  std::string sentence;
  for (const auto& [name, series] : each.baselines) {
    draw(name, series);
    table.columns.push_back({name, true});
    sentence += fmt::format("{}{}", sentence.empty() ? "" : "; ", crossover(each, name, series));
  }
  for (const auto& [payload, time] : each.shared.times) {
    TableRow row{{payload_text(payload), each.shared.whose.at(payload), time_text(time)}, {}};
    for (const auto& [name, series] : each.baselines) {
      const auto found = series.times.find(payload);
      row.cells.push_back(found == series.times.end()
                              ? std::string{}
                              : fmt::format("{} (× {})", time_text(found->second), significant(found->second / time)));
    }
    table.rows.push_back(std::move(row));
  }
  block.paragraphs.push_back(sentence + ".");
  block.charts.push_back(std::move(chart));
  block.tables.push_back(std::move(table));
  return block;
}

}  // namespace

Section baseline_section(const ReportView& view) {
  Section section{.id = "baseline", .title = "Shared memory against pipes, sockets and queues", .paragraphs = {}, .blocks = {}};
  for (const Comparison& each : comparisons_in(view)) { section.blocks.push_back(block_of(each, section.blocks.size() + 1)); }
  section.paragraphs.emplace_back(
      section.blocks.empty()
          ? "No baseline in this result: no strategy of kind baseline (pipe, socket, message queue) was measured beside one over "
            "shared memory."
          : "The fastest over shared memory at each payload against what the kernel carries, on the newest result's machine.");
  return section;
}

}  // namespace shmlab::report
