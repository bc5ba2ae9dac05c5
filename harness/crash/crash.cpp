#include "crash/crash.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "contract/error.hpp"
#include "crash/crash_role.hpp"
#include "crash/crash_run.hpp"

namespace shmlab::crash {
namespace {

/// All that befalls one role.
class Misfortunes {
 public:
  Misfortunes(CrashReport& report, Face face, CrashRole role, const CrashOrder& order, const std::function<void()>& on_run)
      : report_(report),
        contract_(report.strategy->descriptor.contract),
        face_(face),
        role_(role),
        order_(order),
        on_run_(on_run) {}

  void run() {
    if (is_unseen(*report_.strategy)) {
      leave_out(
          "accesses: it synchronises by other means than Env, so nobody sees them; it is killed between instructions alone");
      if (is_asked_for(CrashKind::instruction)) { run_by_instruction(); }
      return;
    }
    const bool uses_system = is_asked_for(CrashKind::access) && run(CrashKind::access);
    if (is_asked_for(CrashKind::instruction) && may_be_led(uses_system)) { run_by_instruction(); }
    if (is_asked_for(CrashKind::stopped)) { run(CrashKind::stopped); }
    if (is_asked_for(CrashKind::second) && has_heirs()) { run(CrashKind::second); }
    if (!order_.kind && !order_.point) { report_.recoveries.push_back(measure_recovery(*report_.strategy, role_, on_run_)); }
    if (role_ != CrashRole::holder) { return; }
    for (const CrashKind kind : {CrashKind::forks, CrashKind::fork_dies, CrashKind::execs}) {
      if (is_asked_for(kind)) { run(kind); }
    }
  }

 private:
  [[nodiscard]] bool is_asked_for(CrashKind kind) const {
    return order_.kind ? *order_.kind == kind : kind == CrashKind::access || !order_.point;
  }
  /// Whether the victim was about to call an object of the system.
  bool run(CrashKind kind) {
    CrashRoleRuns runs(report_, role_, kind, on_run_);
    runs.run(order_.point);
    return runs.uses_system();
  }
  void run_by_instruction() {
    try {
      run(CrashKind::instruction);
    } catch (const Unavailable& reason) { leave_out(reason.what()); }
  }
  [[nodiscard]] bool may_be_led(bool uses_system) const {
    return can_be_led(*report_.strategy, face_) && (order_.kind || uses_system);
  }
  /// Whether somebody may repair what a dead one leaves, or go on from it.
  bool has_heirs() {
    if (crash_participants(*report_.strategy, face_) == 3) {
      leave_out("second deaths: participants are three here, one after the other in a place, and nobody would be left to ask");
      return false;
    }
    if (role_ != CrashRole::holder && role_ != CrashRole::writer) { return false; }
    const OnDeath declared = role_ == CrashRole::holder ? contract_.holder : contract_.writer;
    if (declared <= OnDeath::detects) { return true; }
    leave_out(fmt::format("second deaths: the contract says '{}', so nobody repairs", to_string(declared)));
    return false;
  }
  void leave_out(std::string what) {
    if (std::ranges::find(report_.left_out, what) == report_.left_out.end()) { report_.left_out.push_back(std::move(what)); }
  }

  CrashReport& report_;
  const DeathContract& contract_;
  Face face_;
  CrashRole role_;
  const CrashOrder& order_;
  const std::function<void()>& on_run_;
};

}  // namespace

CrashReport crash(const catalogue::StrategyEntry& strategy, const CrashOrder& order, const std::function<void()>& on_run) {
  CrashReport report;
  report.strategy = &strategy;
  const catalogue::CaseCode* const code = crash_code(strategy, report.unavailable);
  if (code == nullptr) { return report; }
  for (const CrashRole role : crash_roles(code->face)) {
    if (!order.role || *order.role == role) { Misfortunes(report, code->face, role, order, on_run).run(); }
  }
  return report;
}

}  // namespace shmlab::crash
