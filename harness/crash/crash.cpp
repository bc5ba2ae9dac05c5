#include "crash/crash.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "contract/error.hpp"
#include "crash/crash_run.hpp"

namespace shmlab::crash {
namespace {

/// A victim that has not lived to its end by then polls in a way that nobody foresaw.
constexpr std::uint64_t most_points = 400;
constexpr std::uint64_t most_instructions = 5000;

/// The runs of one strategy in one role, and of one kind.
class Role {
 public:
  Role(CrashReport& report, CrashRole role, CrashKind kind, const std::function<void()>& on_run)
      : report_(report), role_(role), kind_(kind), run_(crash_run(*report.strategy, role, kind)), on_run_(on_run) {}

  /// One point after the other, or one.
  void kill(const std::optional<std::uint64_t>& only) {
    if (only) {
      kill_at(*only);
      return;
    }
    const std::uint64_t most = kind_ == CrashKind::instruction ? most_instructions : most_points;
    for (std::uint64_t point = 1; point <= most && kill_at(point); ++point) {}
  }
  /// Whether the victim was about to call an object of the system.
  [[nodiscard]] bool uses_system() const { return uses_system_; }

 private:
  using Cells = std::array<CrashCell, 2>;

  /// false: the victim lives, however early or late the waiter comes.
  bool kill_at(std::uint64_t point) {
    Cells cells;
    if (kind_ == CrashKind::instruction) {
      for (const std::uint64_t arrival : {1U, 0U}) { run({role_, arrival, point, kind_}, cells); }
    } else {
      kill_before_and_in(point, cells);
    }
    if (cells[0].runs == 0) { return false; }
    for (CrashCell& cell : cells) { report_.cells.push_back(std::move(cell)); }
    return true;
  }

  void kill_before_and_in(std::uint64_t point, Cells& cells) {
    bool sleeps = false;
    for (std::uint64_t arrival = 1; arrival <= point; ++arrival) {
      const CrashOutcome outcome = run({role_, arrival, point, CrashKind::access}, cells);
      if (!outcome.arrived) { break; }
      sleeps = sleeps || outcome.may_sleep;
      uses_system_ = uses_system_ || outcome.is_of_system;
    }
    for (std::uint64_t arrival = 1; sleeps && arrival <= point + 1; ++arrival) {
      run({role_, arrival, point, CrashKind::asleep}, cells);
    }
  }

  CrashOutcome run(const CrashPoint& at, Cells& cells) {
    CrashOutcome outcome = run_->kill_at(at);
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
  CrashKind kind_;
  std::unique_ptr<CrashRun> run_;
  const std::function<void()>& on_run_;
  bool uses_system_ = false;
};

}  // namespace

CrashReport crash(const catalogue::StrategyEntry& strategy, const CrashOrder& order, const std::function<void()>& on_run) {
  CrashReport report;
  report.strategy = &strategy;
  const catalogue::CaseCode* const code = crash_code(strategy, report.unavailable);
  if (code == nullptr) { return report; }
  for (const CrashRole candidate : crash_roles(code->face)) {
    if (order.role && *order.role != candidate) { continue; }
    Role by_access(report, candidate, CrashKind::access, on_run);
    if (order.kind == CrashKind::access) { by_access.kill(order.point); }
    // Where others poll, nobody can tell by instructions when they have come to their end.
    const bool parks = code->face == Face::exclusive || code->face == Face::signal;
    if (!parks || strategy.descriptor.waiting != Waiting::parks) { continue; }
    if (order.kind != CrashKind::instruction && (order.point || !by_access.uses_system())) { continue; }
    try {
      Role(report, candidate, CrashKind::instruction, on_run).kill(order.point);
    } catch (const Unavailable& reason) { report.no_instructions = reason.what(); }
  }
  return report;
}

}  // namespace shmlab::crash
