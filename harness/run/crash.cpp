#include "run/crash.hpp"

#include <array>
#include <utility>

#include "run/crash_run.hpp"

namespace shmlab::run {
namespace {

/// A victim that has not lived to its end by then polls in a way that nobody foresaw.
constexpr std::uint64_t most_points = 400;

/// The runs of one strategy in one role.
class Role {
 public:
  Role(CrashReport& report, CrashRole role, const std::function<void()>& on_run)
      : report_(report), role_(role), run_(*report.strategy, role), on_run_(on_run) {}

  /// false: the victim lives, however early or late the waiter comes.
  bool kill_at(std::uint64_t point) {
    Cells cells;
    bool sleeps = false;
    for (std::uint64_t arrival = 1; arrival <= point; ++arrival) {
      const CrashOutcome outcome = run({role_, arrival, point, false}, cells);
      if (!outcome.arrived) { break; }
      sleeps = sleeps || outcome.may_sleep;
    }
    if (cells[0].runs == 0) { return false; }
    for (std::uint64_t arrival = 1; sleeps && arrival <= point + 1; ++arrival) { run({role_, arrival, point, true}, cells); }
    for (CrashCell& cell : cells) { report_.cells.push_back(std::move(cell)); }
    return true;
  }

 private:
  using Cells = std::array<CrashCell, 2>;

  CrashOutcome run(const CrashPoint& at, Cells& cells) {
    CrashOutcome outcome = run_.kill_at(at);
    ++report_.runs;
    if (on_run_) { on_run_(); }
    if (outcome.died) {
      for (const Survivor survivor : all_survivors) { note(cells[static_cast<std::size_t>(survivor)], survivor, at, outcome); }
    }
    return outcome;
  }

  /// Keeps the worse: what the contract does not allow first, then the worse fate.
  void note(CrashCell& worst, Survivor survivor, const CrashPoint& at, const CrashOutcome& outcome) const {
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

  CrashReport& report_;
  CrashRole role_;
  CrashRun run_;
  const std::function<void()>& on_run_;
};

}  // namespace

CrashReport crash(const catalogue::StrategyEntry& strategy, const CrashOrder& order, const std::function<void()>& on_run) {
  CrashReport report;
  report.strategy = &strategy;
  const catalogue::CaseCode* const code = crash_code(strategy, report.unavailable);
  if (code == nullptr) { return report; }
  for (const CrashRole candidate : crash_roles(code->face)) {
    if (order.role && *order.role != candidate) { continue; }
    Role role(report, candidate, on_run);
    if (order.point) {
      role.kill_at(*order.point);
      continue;
    }
    for (std::uint64_t point = 1; point <= most_points && role.kill_at(point); ++point) {}
  }
  return report;
}

}  // namespace shmlab::run
