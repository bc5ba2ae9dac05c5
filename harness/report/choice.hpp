#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/case_row.hpp"
#include "report/death_class.hpp"

namespace shmlab::report {

/// A candidate for a job, by the three costs that are weighed against each other.
struct Candidate {
  CaseRow row{};
  double latency_ns = not_measured;  ///< p99, or the median time of an operation where single ones were not timed
  double cpu_ns = not_measured;
  DeathClass death = DeathClass::untried;
  bool is_best = false;  ///< on the Pareto front: nobody else is as good in all three and better in one
  std::string reason{};  ///< of the best ones: what speaks for it
};

/// What speaks for which strategy in one job.
struct Choice {
  const Job* job = nullptr;
  bool by_p99 = false;  ///< what latency_ns is
  std::vector<Candidate>
      candidates{};  ///< lowest latency first; without controls and what was measured while the machine was far

  [[nodiscard]] const Candidate* fastest() const;   ///< nullptr: there is no candidate
  [[nodiscard]] const Candidate* cheapest() const;  ///< the least CPU time
  [[nodiscard]] const Candidate* most_robust()
      const;  ///< of those with the mildest death the fastest; nullptr when none was tried or all block
  /// A sentence for people.
  [[nodiscard]] std::string advice() const;
};

/// For the cases of the run with index `run`. The job must outlive it.
Choice choice_for(const Job& job, std::size_t run, std::span<const Deaths> deaths);

}  // namespace shmlab::report
