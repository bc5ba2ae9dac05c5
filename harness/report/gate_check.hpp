#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "report/document.hpp"

namespace shmlab::report {

/// What `shmlab selfcheck gate` found out about comparisons on a machine.
struct GateCheck {
  std::string version;     ///< of the program that was compared with itself
  std::string machine;     ///< measure::Fingerprint::id
  double largest = 0;      ///< 0.002: code at other addresses certainly makes a difference of 0.2 %
  double limit = 0;        ///< what it must not be above
  std::size_t slowed = 0;  ///< benchmarks that were slower on purpose
  std::size_t wrong = 0;   ///< of them, those of which the gate said what is not so
  std::vector<Table> tables;
};

/// From what --json printed or --out wrote. Throws BadInput with "`what` ..." when it is something else.
GateCheck gate_check_in(const nlohmann::json& printed, std::string_view what);

}  // namespace shmlab::report
