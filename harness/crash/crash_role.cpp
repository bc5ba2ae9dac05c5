#include "crash/crash_role.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "crash/second_deaths.hpp"

namespace shmlab::crash {
namespace {

/// A victim that has not lived to its end by then polls in a way that nobody foresaw.
constexpr std::uint64_t most_points = 400;
constexpr std::uint64_t most_instructions = 5000;

}  // namespace

CrashRoleRuns::CrashRoleRuns(CrashReport& report, CrashRole role, CrashKind kind, const std::function<void()>& on_run)
    : report_(report), role_(role), kind_(kind), run_(crash_run(*report.strategy, role, kind)), on_run_(on_run) {}

void CrashRoleRuns::run(const std::optional<std::uint64_t>& only) {
  if (only) {
    run_at(*only);
    return;
  }
  const std::uint64_t most = kind_ == CrashKind::instruction ? most_instructions : most_points;
  for (std::uint64_t point = 1; point <= most && run_at(point); ++point) {}
}

/// false: the victim lives, however early or late the waiter comes.
bool CrashRoleRuns::run_at(std::uint64_t point) {
  if (kind_ == CrashKind::second) { return twice(point); }
  Cells cells;
  switch (kind_) {
    case CrashKind::access:
    case CrashKind::asleep: before_and_in(point, cells); break;
    case CrashKind::instruction:
      for (const std::uint64_t arrival : {1U, 0U}) { once({role_, arrival, point, kind_}, cells); }
      break;
    case CrashKind::stopped:
      once({role_, 1, point, kind_}, cells);
      if (point != 1) { once({role_, point, point, kind_}, cells); }
      break;
    default: once({role_, point, point, kind_}, cells);  // the waiter finds it held
  }
  if (cells[0].runs == 0) { return false; }
  keep(cells);
  return true;
}

void CrashRoleRuns::before_and_in(std::uint64_t point, Cells& cells) {
  bool sleeps = false;
  bool is_poll = false;  // as the latest to come finds it
  for (std::uint64_t arrival = 1; arrival <= point; ++arrival) {
    if (is_same_as_earlier(arrival)) { continue; }
    const CrashOutcome outcome = once({role_, arrival, point, CrashKind::access}, cells);
    is_poll = outcome.is_poll;
    if (!outcome.arrived) { break; }
    sleeps = sleeps || outcome.may_sleep;
    uses_system_ = uses_system_ || outcome.is_of_system;
  }
  if (is_poll) { polls_.insert(point); }
  for (std::uint64_t arrival = 1; sleeps && arrival <= point + 1; ++arrival) {
    if (!is_same_as_earlier(arrival)) { once({role_, arrival, point, CrashKind::asleep}, cells); }
  }
}

/// Since the victim stood before its last access nothing has changed that a waiter could see.
bool CrashRoleRuns::is_same_as_earlier(std::uint64_t arrival) const {
  return polls_.contains(arrival - 1);
}

/// A cell for each of the accesses of who dies second. false: the victim lives.
bool CrashRoleRuns::twice(std::uint64_t point) {
  bool dies = false;
  for (const std::uint64_t second : {SecondDeaths::waiter_dies, SecondDeaths::successor_dies}) {
    // Who comes after the holder of a lock is the waiter.
    if (second == SecondDeaths::successor_dies && role_ == CrashRole::holder) { continue; }
    for (std::uint64_t access = 1; access <= most_points; ++access) {
      Cells cells;
      const CrashOutcome outcome = once({role_, second, point, kind_, access}, cells);
      dies = dies || outcome.arrived;
      if (!outcome.died) { break; }
      keep(cells);
    }
  }
  return dies;
}

CrashOutcome CrashRoleRuns::once(const CrashPoint& at, Cells& cells) {
  CrashOutcome outcome = run_->kill_at(at);
  ++report_.runs;
  if (on_run_) { on_run_(); }
  if (outcome.died) {
    for (const Survivor survivor : all_survivors) { note(cells[static_cast<std::size_t>(survivor)], survivor, at, outcome); }
  }
  return outcome;
}

/// Keeps the worse: what the contract does not allow first, then the worse fate.
void CrashRoleRuns::note(CrashCell& worst, Survivor survivor, const CrashPoint& at, const CrashOutcome& outcome) const {
  const auto i = static_cast<std::size_t>(survivor);
  const Fate fate = outcome.fates[i];
  const std::pair<bool, Fate> now{!agrees(fate, outcome.declared), fate};
  if (++worst.runs > 1 && now <= std::pair<bool, Fate>{!worst.does_agree(), worst.fate}) { return; }
  worst = {.strategy = report_.strategy,
           .point = at,
           .where = outcome.where,
           .survivor = survivor,
           .fate = fate,
           .why = outcome.whys[i],
           .declared = outcome.declared,
           .runs = worst.runs};
}

void CrashRoleRuns::keep(Cells& cells) {
  for (CrashCell& cell : cells) { report_.cells.push_back(std::move(cell)); }
}

}  // namespace shmlab::crash
