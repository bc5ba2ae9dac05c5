#include "report/case_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "report/json_member.hpp"
#include "report/paragraph.hpp"
#include "report/quantity.hpp"
#include "report/text_table.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;
using Cases = std::vector<const json*>;

double median_of_case(const json& row) {
  return number_of(row["summary"]["ns_per_operation"], "median");
}
bool is_control(const json& row) {
  return text_of(row, "kind") == "control";
}
bool is_far(const json& row) {
  return row["summary"]["all_far"].get<bool>();
}

/// Fastest first; without a median last; equal ones by name.
Cases ranked(std::span<const json* const> cases) {
  Cases result(cases.begin(), cases.end());
  const auto key = [](const json* row) {
    const double median = median_of_case(*row);
    return std::make_tuple(std::isnan(median), std::isnan(median) ? 0.0 : median, text_of(*row, "name"));
  };
  std::ranges::sort(result, {}, key);
  return result;
}

/// The first of the ranked cases that may be called best: none that is broken on purpose, or was measured in another regime of
/// the machine than its rivals. nullptr when there is nothing to choose from.
const json* best_of(const Cases& cases) {
  Cases candidates;
  std::ranges::copy_if(cases, std::back_inserter(candidates),
                       [](const json* row) { return !is_control(*row) && !is_far(*row) && !std::isnan(median_of_case(*row)); });
  return candidates.size() < 2 ? nullptr : candidates.front();
}

bool differ_in(std::span<const json* const> cases, const char* member) {
  std::set<std::string> values;
  for (const json* row : cases) { values.insert(optional_text_of(*row, member)); }
  return values.size() > 1;
}

std::string interval_text(const json& summary) {
  const json& interval = summary["ns_per_operation"];
  const bool single = summary["samples_used"] == 1;  // then there is no interval
  return single ? std::string{}
                : time_range_text(number_of(interval, "median"), number_of(interval, "low"), number_of(interval, "high"));
}

/// The counter that the scenario wants shown, for each 1,000 operations; empty: none.
std::string counter_of(const json& row) {
  return optional_text_of(row, "shown_counter");
}
std::string counter_text(const json& row) {
  const std::string name = counter_of(row);
  const json& summary = row["summary"];
  const bool counted = !name.empty() && summary.contains("counters_per_1000") && summary["counters_per_1000"].contains(name);
  return counted ? significant(number_of(summary["counters_per_1000"], name.c_str())) : std::string{};
}

/// What is timed besides the operation itself: by the name of its histogram.
std::string second_timed(const json& row) {
  return row["latencies"].size() < 2 ? std::string{} : text_of(row["latencies"][1], "name");
}

/// The titles depend on what the cases, which are of one scenario, count and time.
std::vector<Column> columns(const json& first) {
  const std::string counter = counter_of(first);
  return {{.title = "  strategy", .shortens = true},
          {.title = "face", .optional = true},
          {.title = "lane", .optional = true},
          {.title = "region", .optional = true},
          {.title = "waiting", .optional = true},
          {.title = "median/op", .align = Align::right},
          {.title = "interval", .align = Align::right, .optional = true},
          {.title = "ops/s", .align = Align::right},
          {.title = "p50", .align = Align::right, .optional = true},
          {.title = "p99", .align = Align::right, .optional = true},
          {.title = "p99.9", .align = Align::right, .optional = true},
          {.title = "max", .align = Align::right, .optional = true},
          {.title = fmt::format("{} p99.9", second_timed(first)), .align = Align::right, .optional = true},
          {.title = "× floor", .align = Align::right, .optional = true},
          {.title = "Jain", .align = Align::right, .optional = true},
          {.title = "min/max", .align = Align::right, .optional = true},
          {.title = fmt::format("{}/1k", counter), .align = Align::right, .optional = true},
          {.title = "CPU/op", .align = Align::right, .optional = true},
          {.title = "sw/op", .align = Align::right, .optional = true},
          {.title = "cycles/op", .align = Align::right, .optional = true},
          {.title = "misses/op", .align = Align::right, .optional = true},
          {.title = "bytes", .align = Align::right}};
}

std::vector<std::string> cells_of(const json& row, bool best, std::span<const json* const> group) {
  const auto where_they_differ = [&](const char* member) {
    return differ_in(group, member) ? optional_text_of(row, member) : std::string{};
  };
  const json& summary = row["summary"];
  const json& latencies = row["latencies"];
  const auto latency = [&](const char* member) {
    return latencies.empty() ? std::string{} : time_text(number_of(latencies.front(), member));
  };
  return {(best ? "* " : "  ") + text_of(row, "strategy"),
          where_they_differ("face"),
          where_they_differ("lane"),
          where_they_differ("region"),
          where_they_differ("waiting"),
          time_text(median_of_case(row)),
          interval_text(summary),
          rate_text(number_of(summary, "operations_per_s")),
          latency("p50_ns"),
          latency("p99_ns"),
          latency("p999_ns"),
          latency("max_ns"),
          latencies.size() < 2 ? std::string{} : time_text(number_of(latencies[1], "p999_ns")),
          significant(number_of(summary, "floor_multiple")),
          significant(number_of(summary, "jain")),
          significant(number_of(summary, "min_max_ratio")),
          counter_text(row),
          time_text(number_of(summary, "cpu_ns_per_operation")),
          significant(number_of(summary, "switches_per_operation")),
          significant(optional_number_of(summary, "cycles_per_operation")),
          significant(optional_number_of(summary, "cache_misses_per_operation")),
          bytes_text(static_cast<double>(row["region_bytes"].get<std::uint64_t>()))};
}

/// Texts in the order of their first appearance, each with the names that it holds for.
class Notes {
 public:
  void add(const std::string& text, const std::string& name) {
    const auto same = std::ranges::find(notes_, text, &Note::first);
    auto& names = (same != notes_.end() ? *same : notes_.emplace_back(text, std::vector<std::string>{})).second;
    if (std::ranges::find(names, name) == names.end()) { names.push_back(name); }
  }
  [[nodiscard]] std::string render(const Style& style) const {
    std::string text;
    for (const auto& [note, names] : notes_) {
      text += paragraph("  ", fmt::format("{}: {}", note, fmt::join(names, ", ")), style);
    }
    return text;
  }

 private:
  using Note = std::pair<std::string, std::vector<std::string>>;
  std::vector<Note> notes_;
};

void note_samples(const json& row, Notes& notes) {
  const json& summary = row["summary"];
  const auto used = summary["samples_used"].get<std::size_t>();
  const auto far = summary["samples_far"].get<std::size_t>();
  const std::string& strategy = text_of(row, "strategy");
  if (used == 0) { notes.add("without a sample", strategy); }
  if (far == 0) { return; }
  if (is_far(row)) {
    notes.add("shown although every sample is far from the run's regime (floor above 1.5 times its median)", strategy);
  } else {
    notes.add(
        fmt::format("{} of {} samples left out, far from the run's regime (floor above 1.5 times its median)", far, far + used),
        strategy);
  }
}

/// Of each strategy that waited in several ways: which was the quickest.
void note_waiting(const Cases& ranked, Notes& notes) {
  std::map<std::string, std::vector<const json*>> by_strategy;
  for (const json* row : ranked) { by_strategy[text_of(*row, "strategy")].push_back(row); }
  for (const json* row : ranked) {
    const auto& of_strategy = by_strategy[text_of(*row, "strategy")];
    if (of_strategy.size() < 2 || of_strategy.front() != row || !differ_in(of_strategy, "waiting")) { continue; }
    if (std::isnan(median_of_case(*row))) { continue; }
    notes.add(fmt::format("quickest with '{}' between two looks", optional_text_of(*row, "waiting")), text_of(*row, "strategy"));
  }
}

std::string cause_text(const std::string& cause) {
  if (cause == "does_not_fit") { return "does not fit"; }
  return cause;
}

}  // namespace

std::string case_table(std::span<const nlohmann::json* const> cases, const Style& style) {
  const Cases rows = ranked(cases);
  const json* best = best_of(rows);
  TextTable table(columns(*rows.front()));
  Notes notes;
  for (const json* row : rows) {
    table.row(cells_of(*row, row == best, cases), row == best ? Emphasis::best : Emphasis::none);
    note_samples(*row, notes);
    if (is_control(*row)) { notes.add("broken on purpose, so not ranked", text_of(*row, "strategy")); }
  }
  note_waiting(rows, notes);
  return table.render(style) + notes.render(style);
}

std::string skipped_text(std::span<const nlohmann::json* const> skipped, const Style& style) {
  Notes notes;
  for (const json* pair : skipped) {
    notes.add(fmt::format("{} ({})", cause_text(text_of(*pair, "cause")), text_of(*pair, "reason")), text_of(*pair, "strategy"));
  }
  return notes.render(style);
}

}  // namespace shmlab::report
