#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "gate/contestant.hpp"
#include "measure/regime.hpp"

namespace shmlab::gate {

/// One observation of each program, next to each other.
struct ObservedPair {
  Observed base;
  Observed head;
  measure::FloorProbes line;  ///< what a cache line took there and back before and after; NaN: not known

  [[nodiscard]] double log_ratio() const { return std::log(head.ns_per_operation / base.ns_per_operation); }
};

/// Whether a cache line took about as long as `usual_line_ns`, before and after: neither more than measure::far_ratio times as long, nor less than
/// that part of it. What is not known differs in nothing.
[[nodiscard]] bool is_usual(const ObservedPair& pair, double usual_line_ns);

/// A hypervisor moves CPUs apart for a while, and what a change costs near, and far, are two things. Chosen by the line alone, never by what was
/// observed, so that bounds hold.
[[nodiscard]] std::vector<ObservedPair> usual_ones(std::span<const ObservedPair> pairs, double usual_line_ns);

/// Those by which a comparison judges: the usual ones, or all of them where these are fewer than half.
[[nodiscard]] std::vector<ObservedPair> those_that_count(std::span<const ObservedPair> pairs, double usual_line_ns);

}  // namespace shmlab::gate
