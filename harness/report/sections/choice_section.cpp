#include <fmt/format.h>

#include "report/choice.hpp"
#include "report/quantity.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

std::string death_text(DeathClass met) {
  return met == DeathClass::untried ? "not tried" : fmt::format("others {}", to_string(met));
}

Chart chart_of(const Choice& choice, std::size_t number) {
  const std::string latency = choice.by_p99 ? "p99" : "median time of an operation";
  Chart chart{
      .id = fmt::format("choice-{}", number),
      .description = fmt::format("{}: {} against CPU time an operation, both better to the lower left; the best ones are named",
                                 choice.job->title, latency),
      .kind = ChartKind::scatter,
      .x = {latency + ", ns"},
      .y = {"CPU time an operation, ns"},
      .group_title = "when one dies",
      .points = {}};
  for (const Candidate& each : choice.candidates) {
    if (each.latency_ns > 0 && each.cpu_ns > 0) {
      chart.points.push_back(
          {each.row.label, death_text(each.death), each.latency_ns, each.cpu_ns, each.latency_ns, each.latency_ns, each.is_best});
    }
  }
  return chart;
}

Table table_of(const Choice& choice) {
  Table table{fmt::format("{}: nobody beats these in all three", choice.job->title),
              {{"strategy"},
               {"kind"},
               {choice.by_p99 ? "p99" : "median/op", true},
               {"CPU/op", true},
               {"when one dies"},
               {"choose it for"}},
              {}};
  for (const Candidate& each : choice.candidates) {
    if (each.is_best) {
      table.rows.push_back({{each.row.label, each.row.kind, time_text(each.latency_ns), time_text(each.cpu_ns),
                             death_text(each.death), each.reason},
                            each.row.label});
    }
  }
  return table;
}

}  // namespace

Section choice_section(const ReportView& view) {
  Section section{
      .id = "choice",
      .title = "Which one should I use?",
      .paragraphs =
          {"Weighed for each job: the 99th percentile of latency, the CPU time of all participants an operation, and what the "
           "others meet when one is killed at the worst moment. The tables hold those that nobody beats in all three (the Pareto "
           "front)."},
      .blocks = {},
      .matters = true};
  if (view.has_several_runs()) {
    section.paragraphs.push_back(fmt::format("On the machine of the newest result, {}, and each job from the newest that has it.",
                                             view.data.runs[view.newest].label));
  }
  if (!view.data.deaths) {
    section.paragraphs.emplace_back("Nothing is known about deaths here: give a table with --crash FILE.");
  }
  const std::vector<Deaths> deaths = view.deaths();
  std::size_t number = 0;
  for (const Job& job : view.jobs) {
    const std::optional<std::size_t> run = view.newest_of(job);
    if (!run) { continue; }
    const Choice choice = choice_for(job, *run, deaths);
    if (choice.candidates.empty()) { continue; }
    section.blocks.push_back({.title = job.title,
                              .paragraphs = {choice.advice()},
                              .charts = {chart_of(choice, ++number)},
                              .tables = {table_of(choice)},
                              .is_folded = number > 1});
  }
  return section;
}

}  // namespace shmlab::report
