#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace shmlab::report {

/// One result file as reports see it.
struct StoredRun {
  std::string label;                  ///< tells it from the others of a report: commit, and machine or time where those differ
  std::vector<std::string> commands;  ///< lines for a shell that make it again, quoted
  nlohmann::json result;              ///< whose shape load_result() has checked

  [[nodiscard]] const nlohmann::json& ours() const { return result.at("context").at("shmlab"); }
};

}  // namespace shmlab::report
