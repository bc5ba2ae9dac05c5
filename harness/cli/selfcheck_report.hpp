#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "gate/selfcheck.hpp"
#include "report/style.hpp"

namespace shmlab::cli {

/// Everything that one `shmlab selfcheck gate` found out.
struct SelfcheckReport {
  std::string version;  ///< of the program that was compared with itself
  std::string machine;  ///< measure::Fingerprint::id
  gate::Selfcheck check;
  std::chrono::nanoseconds time{0};
};

/// What a build with delays reads from its environment: "stream/spsc_ring_blocking=0.05,...", in delays an operation.
std::string delays_text(const gate::Slowdown& slowdown);

/// {"verdict": "ok" or "failed", version, machine, seconds, "floor": {"limit", "largest", "cases": [...]}, "slowdowns": [{"target", "delays",
/// "cases": [{name, ratio, low, high, pairs, verdict, agrees}]}]}.
nlohmann::json selfcheck_json(const SelfcheckReport& report);
/// Two tables and a line each.
std::string selfcheck_text(const SelfcheckReport& report, const report::Style& style);

}  // namespace shmlab::cli
