#include "cli/replay_crash.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "cli/output.hpp"
#include "contract/error.hpp"
#include "crash/crash_run.hpp"
#include "crash/crash_token.hpp"
#include "measure/build_info.hpp"
#include "report/json_text.hpp"
#include "report/paragraph.hpp"
#include "report/progress.hpp"
#include "report/text_table.hpp"
#include "run/startup.hpp"

namespace shmlab::cli {
namespace {

/// What came of killing at one point again and again.
struct Deaths {
  crash::CrashOutcome first;
  std::uint64_t times = 0;
  std::array<std::map<crash::Fate, std::uint64_t>, 2> fates;  ///< by Survivor
  std::uint64_t disagreeing = 0;                              ///< times that a survivor met what the contract does not allow
};

Deaths kill_again(const crash::CrashOrderToken& order, std::uint64_t times) {
  std::string why_not;
  if (crash::crash_code(*order.strategy, why_not) == nullptr) {
    throw BadInput(fmt::format("replay token: nobody can be killed in '{}': {}", order.strategy->name(), why_not));
  }
  run::start_runner();
  const auto run = crash::crash_run(*order.strategy, order.point.role, order.point.kind);
  Deaths deaths;
  report::Progress progress(static_cast<std::size_t>(times), "replay");
  for (; deaths.times < times; ++deaths.times) {
    crash::CrashOutcome outcome = run->kill_at(order.point);
    progress.advance(1, order.strategy->name());
    if (!outcome.died) { throw BadInput("replay token: the victim does not come to that point in this program"); }
    bool agrees = true;
    for (std::size_t i = 0; i < deaths.fates.size(); ++i) {
      ++deaths.fates[i][outcome.fates[i]];
      agrees = agrees && crash::agrees(outcome.fates[i], outcome.declared);
    }
    deaths.disagreeing += agrees ? 0 : 1;
    if (deaths.times == 0) { deaths.first = std::move(outcome); }
  }
  progress.finish();
  return deaths;
}

/// When it comes.
std::string waiter_text(const crash::CrashPoint& point) {
  switch (point.kind) {
    case crash::CrashKind::instruction: return point.arrival == 0 ? "comes after the death" : "comes when it has to wait";
    case crash::CrashKind::second:
      return fmt::format("is there; {} dies before its access {} since the first death",
                         point.arrival == 1 ? "it" : "who takes the victim's place", point.second);
    default: return fmt::format("comes when the victim stands before its access {}", point.arrival);
  }
}

std::string text_of(const crash::CrashOrderToken& order, const Deaths& deaths, const report::Style& style) {
  std::string text = report::heading(fmt::format("{}: {}, {}, at its point {}", order.strategy->name(),
                                                 to_string(order.point.role), to_string(order.point.kind), order.point.point),
                                     style) +
                     "\n";
  text += report::paragraph("  where       ", deaths.first.where, style);
  text += fmt::format("  waiter      {}\n", waiter_text(order.point));
  text += fmt::format("  declared    {}\n", to_string(deaths.first.declared));
  for (const crash::Survivor survivor : crash::all_survivors) {
    const auto i = static_cast<std::size_t>(survivor);
    std::string met;
    for (const auto& [fate, count] : deaths.fates[i]) {
      met += fmt::format("{}{} {} of {}", met.empty() ? "" : ", ", to_string(fate), count, deaths.times);
    }
    const std::string& why = deaths.first.whys[i];
    if (!why.empty()) { met += ": " + why; }
    text += report::paragraph(fmt::format("  {:<12}", to_string(survivor)), met, style);
  }
  return text;
}

nlohmann::json json_of(const crash::CrashOrderToken& order, const Deaths& deaths) {
  nlohmann::json survivors = nlohmann::json::array();
  for (const crash::Survivor survivor : crash::all_survivors) {
    const auto i = static_cast<std::size_t>(survivor);
    nlohmann::json outcomes;
    for (const auto& [fate, count] : deaths.fates[i]) { outcomes[std::string(to_string(fate))] = count; }
    survivors.push_back({{"survivor", to_string(survivor)}, {"outcomes", std::move(outcomes)}, {"why", deaths.first.whys[i]}});
  }
  return {{"strategy", order.strategy->name()},
          {"scenario", "survivors"},
          {"role", to_string(order.point.role)},
          {"point", order.point.point},
          {"kind", to_string(order.point.kind)},
          {"where", deaths.first.where},
          {"declared", to_string(deaths.first.declared)},
          {"times", deaths.times},
          {"survivors", std::move(survivors)}};
}

}  // namespace

ExitCode replay_crash(const std::string& token, std::uint64_t times, bool json) {
  const crash::CrashOrderToken order = crash::read_crash_token(token);
  const std::string_view own = measure::build_info().commit;
  if (order.commit != own) {
    std::cerr << "shmlab: the token is of commit " << order.commit << ", this is " << own
              << ": its points may mean others here\n";
  }
  const Deaths deaths = kill_again(order, times);
  write_output(json ? report::to_text(json_of(order, deaths)) : text_of(order, deaths, report::style_for(STDOUT_FILENO)));
  return deaths.disagreeing != 0 ? ExitCode::finding : ExitCode::ok;
}

}  // namespace shmlab::cli
