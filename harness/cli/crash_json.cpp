#include <nlohmann/json.hpp>

#include "cli/crash_report.hpp"
#include "cli/shell_word.hpp"
#include "crash/crash_token.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;

json cell_json(const crash::CrashCell& cell) {
  return {{"strategy", cell.strategy->name()},
          {"scenario", "survivors"},
          {"role", to_string(cell.point.role)},
          {"point", cell.point.point},
          {"second", cell.point.second},
          {"kind", to_string(cell.point.kind)},
          {"where", cell.where},
          {"survivor", to_string(cell.survivor)},
          {"outcome", to_string(cell.fate)},
          {"declared", to_string(cell.declared)},
          {"agrees", cell.does_agree()},
          {"why", cell.why},
          {"runs", cell.runs},
          {"replay", "shmlab replay " + shell_word(crash::crash_token(*cell.strategy, cell.point))}};
}

json recovery_json(const crash::CrashReport& report, const crash::Recovery& recovery) {
  json times;  // null: nobody had to wait who went on
  if (!recovery.kill_to_next_ns.empty()) {
    times = {{"p50", recovery.time_at(0.5)},
             {"p90", recovery.time_at(0.9)},
             {"p99", recovery.time_at(0.99)},
             {"max", recovery.time_at(1)},
             {"samples", recovery.kill_to_next_ns.size()}};
  }
  return {{"strategy", report.strategy->name()},
          {"role", to_string(recovery.role)},
          {"deaths", recovery.deaths},
          {"kill_to_next_ns", std::move(times)},
          {"never", recovery.never},
          {"lost", recovery.lost},
          {"duplicated", recovery.duplicated},
          {"poisoned_rate", recovery.poisoned_rate()}};
}

json fault_json(const crash::FaultRow& row) {
  return {{"fault", row.fault},
          {"subject", row.subject},
          {"expected", row.expected},
          {"observed", row.observed},
          {"agrees", row.agrees ? json(*row.agrees) : json()},
          {"why", row.why},
          {"rounds", row.rounds}};
}

}  // namespace

json crash_json(const CrashFindings& findings) {
  json cells = json::array();
  json left_out = json::array();
  json recovery = json::array();
  std::uint64_t runs = 0;
  for (const crash::CrashReport& report : findings.strategies) {
    for (const crash::CrashCell& cell : report.cells) { cells.push_back(cell_json(cell)); }
    for (const std::string& reason : left_out_of(report)) {
      left_out.push_back({{"strategy", report.strategy->name()}, {"reason", reason}});
    }
    for (const crash::Recovery& one : report.recoveries) { recovery.push_back(recovery_json(report, one)); }
    runs += report.runs;
  }
  json faults = json::array();
  for (const crash::FaultRow& row : findings.faults) { faults.push_back(fault_json(row)); }
  return {{"cells", std::move(cells)},
          {"drifts", findings.drifts},
          {"faults", std::move(faults)},
          {"left_out", std::move(left_out)},
          {"recovery", std::move(recovery)},
          {"runs", runs},
          {"seconds", std::chrono::duration<double>(findings.time).count()}};
}

}  // namespace shmlab::cli
