#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "report/document.hpp"

namespace shmlab::report {

/// What one file of `shmlab selftest` or `shmlab check` says, as a table.
struct Correctness {
  Table table{};
  std::size_t asked = 0;     ///< controls, or pairs of strategy and scenario
  std::size_t findings = 0;  ///< controls that the detector which they name has missed, or violations
  std::size_t unknown = 0;   ///< not tried, or without an answer
  bool is_selftest = false;
};

/// From what --json printed. Throws BadInput with "`what` ..." when it is neither.
Correctness correctness_in(const nlohmann::json& printed, std::string_view what);

}  // namespace shmlab::report
