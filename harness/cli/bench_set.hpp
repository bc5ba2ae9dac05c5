#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/selection.hpp"
#include "contract/poll_policy.hpp"
#include "report/case_result.hpp"
#include "run/plan.hpp"

namespace shmlab::cli {

/// One row to be: a named plan, and what has been measured so far.
struct BenchCase {
  run::Plan plan;
  report::CaseResult result;
};

/// What `bench` is going to do.
struct BenchSet {
  std::vector<BenchCase> cases;
  std::vector<report::Skipped> skipped;  ///< pairs that do not fit or cannot be had, each with its reason
};

/// What the user chose.
struct BenchSelection {
  Selection selection;
  std::vector<std::string> params;    ///< "name=value", for the scenarios that have the parameter
  std::vector<std::string> sweeps{};  ///< "name=value,value,...": a case for each of them, and for each combination of several
  bool matrix = false;                ///< sweeps of participants and payload_bytes, as far as a scenario has them and allows
  std::optional<shm::RegionKind> region;  ///< nothing: each kind where the region is the point of the scenario, else memfd
  bool pinned = true;
  std::vector<PollPolicy> waiting{PollPolicy{}};  ///< a case for each, of those who poll; of the others one
  std::vector<std::uint32_t> per_cpu{
      0};  ///< a case for each: so many participants share a CPU; 0: each has its own, as far as there are
  std::vector<std::uint32_t> cpu_quotas{0};  ///< a case for each: per cent of one CPU for all participants together; 0: no limit
};

/// Every chosen pair, once for each combination of the swept parameters, with the typical others changed by `params` and moderated where those
/// that were chosen make them too much. Throws BadInput for a parameter that no chosen scenario has, or a value out of its range.
BenchSet bench_set(const BenchSelection& selection);

}  // namespace shmlab::cli
