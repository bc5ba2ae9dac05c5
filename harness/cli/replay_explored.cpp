#include "cli/replay_explored.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "cli/explore_report.hpp"
#include "cli/output.hpp"
#include "contract/error.hpp"
#include "measure/build_info.hpp"
#include "report/json_text.hpp"
#include "report/paragraph.hpp"
#include "report/text_table.hpp"
#include "run/explore_token.hpp"
#include "run/explored_case.hpp"

namespace shmlab::cli {
namespace {

/// What came of repeating an execution.
struct Repetitions {
  explore::Repeated first;
  std::uint64_t times = 0;
  std::uint64_t reproduced = 0;  ///< of them, those that did not end well
  std::uint64_t identical = 0;   ///< of those, how many took the very same steps as the first
};

bool same_line(const explore::TraceLine& one, const explore::TraceLine& other) {
  return one.participant == other.participant && one.operation == other.operation && one.offset == other.offset &&
         one.value == other.value && one.where.line() == other.where.line() && one.note == other.note;
}

Repetitions repeat(const run::ExploreOrder& order, std::uint64_t times) {
  const std::string why_not = run::unexplorable(*order.strategy, *order.scenario, order.values);
  if (!why_not.empty()) {
    throw BadInput(fmt::format("replay token: '{}' in '{}' cannot be explored: {}", order.strategy->name(),
                               order.scenario->name(), why_not));
  }
  const run::ExploredCase explored(*order.strategy, *order.scenario, order.values);
  Repetitions repetitions;
  for (; repetitions.times < times; ++repetitions.times) {
    explore::Repeated repeated = explore::repeat(explored.program(), order.settings, order.choices);
    if (!repeated.verdict.is_ok()) {
      ++repetitions.reproduced;
      const bool first = repetitions.reproduced == 1;
      const bool same = first || (repeated.verdict.why == repetitions.first.verdict.why &&
                                  std::ranges::equal(repeated.trace, repetitions.first.trace, same_line));
      repetitions.identical += same ? 1 : 0;
      if (first) { repetitions.first = std::move(repeated); }
    } else if (repetitions.times == 0) {
      repetitions.first = std::move(repeated);
    }
  }
  return repetitions;
}

std::string text_of(const run::ExploreOrder& order, const Repetitions& repetitions, const report::Style& style) {
  const Verdict& verdict = repetitions.first.verdict;
  std::string text =
      report::heading(fmt::format("{}: {} in {}", to_string(verdict.judgement), order.strategy->name(), order.scenario->name()),
                      style) +
      "\n";
  if (!verdict.is_ok()) { text += report::paragraph("  what        ", verdict.why, style); }
  if (const auto& mutation = order.settings.mutation) {
    text += fmt::format("  mutation    {}:{}, {}, {}\n", mutation->site.file, mutation->site.line,
                        to_string(mutation->site.operation), to_string(*mutation));
  }
  text += fmt::format("  parameters  {}\n  lane        explore\n\n", catalogue::to_string(*order.scenario, order.values));
  text += trace_table(repetitions.first.trace, *order.scenario, order.values, style);
  return text + fmt::format("\nreproduced {} of {} times, {} of them step by step the same\n", repetitions.reproduced,
                            repetitions.times, repetitions.identical);
}

nlohmann::json json_of(const explore::Mutation& mutation) {
  return {{"file", mutation.site.file},
          {"line", mutation.site.line},
          {"operation", to_string(mutation.site.operation)},
          {"change", to_string(mutation)}};
}

nlohmann::json json_of(const run::ExploreOrder& order, const Repetitions& repetitions) {
  const auto& mutation = order.settings.mutation;
  return {{"strategy", order.strategy->name()},
          {"scenario", order.scenario->name()},
          {"lane", "explore"},
          {"mutation", mutation ? json_of(*mutation) : nlohmann::json()},
          {"verdict", to_string(repetitions.first.verdict.judgement)},
          {"detector", "explorer"},
          {"why", repetitions.first.verdict.why},
          {"times", repetitions.times},
          {"reproduced", repetitions.reproduced},
          {"identical", repetitions.identical},
          {"steps", trace_json(repetitions.first.trace)}};
}

}  // namespace

ExitCode replay_explored(const std::string& token, std::uint64_t times, bool json) {
  const run::ExploreOrder order = run::read_explore_token(token);
  const std::string_view own = measure::build_info().commit;
  if (order.commit != own) {
    std::cerr << "shmlab: the token is of commit " << order.commit << ", this is " << own << ": its steps may mean others here\n";
  }
  const Repetitions repetitions = repeat(order, times);
  write_output(json ? report::to_text(json_of(order, repetitions))
                    : text_of(order, repetitions, report::style_for(STDOUT_FILENO)));
  if (repetitions.reproduced == 0) { return ExitCode::ok; }
  return repetitions.first.verdict.judgement == Judgement::violated ? ExitCode::finding : ExitCode::inconclusive;
}

}  // namespace shmlab::cli
