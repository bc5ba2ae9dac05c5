#include "crash/fault.hpp"

#include <array>
#include <exception>

#include "catalogue/glob.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "run/interrupt.hpp"

namespace shmlab::crash {

std::span<const Fault> faults() {
  static const std::array all{creator_dies, init_race, truncation, damaged_header, stale_names, full_shm, misaligned, pid_reuse};
  return all;
}

std::vector<const Fault*> faults_matching(const std::string& pattern) {
  std::vector<const Fault*> found;
  std::vector<std::string_view> names;
  for (const Fault& fault : faults()) {
    names.push_back(fault.name);
    if (catalogue::matches_glob(pattern, fault.name)) { found.push_back(&fault); }
  }
  if (found.empty()) { throw unknown_name("fault", pattern, names); }
  return found;
}

std::vector<FaultRow> inject(const Fault& fault, const FaultOrder& order) {
  std::vector<FaultRow> rows;
  try {
    rows = fault.inject(order);
  } catch (const run::Interrupted&) { throw; } catch (const BadInput&) {
    throw;
  } catch (const std::exception& error) {
    rows.push_back(
        {.subject = "all", .expected = "processes that answer", .observed = "none", .agrees = false, .why = error.what()});
  }
  for (FaultRow& row : rows) { row.fault = fault.name; }
  return rows;
}

}  // namespace shmlab::crash
