#include "check/sequence_check.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace shmlab::check {

std::string_view to_string(SequenceFault fault) {
  switch (fault) {
    case SequenceFault::none: return "none";
    case SequenceFault::lost: return "lost";
    case SequenceFault::duplicated: return "duplicated";
    case SequenceFault::reordered: return "reordered";
    case SequenceFault::corrupt: return "corrupt";
  }
  return "unknown";
}

SequenceFault SequenceCheck::classify(std::uint64_t number) {
  const std::uint64_t expected = expected_;
  const SequenceFault fault = fault_of(number);
  why_ = fmt::format("message {} {}: expected {}", number,
                     fault == SequenceFault::lost ? "shows a loss" : fmt::format("is {}", to_string(fault)), expected);
  return fault;
}

SequenceFault SequenceCheck::fault_of(std::uint64_t number) {
  if (number < first_) { return SequenceFault::corrupt; }
  if (number < expected_) { return was_missing(number) ? SequenceFault::reordered : SequenceFault::duplicated; }
  if (number - expected_ > plausible_gap) { return SequenceFault::corrupt; }
  missing_.push_back({expected_, number - 1});
  expected_ = number + 1;
  return SequenceFault::lost;
}

bool SequenceCheck::was_missing(std::uint64_t number) {
  const auto range = std::find_if(missing_.begin(), missing_.end(),
                                  [number](const Range& gap) { return gap.low <= number && number <= gap.high; });
  if (range == missing_.end()) { return false; }
  const Range gap = *range;
  missing_.erase(range);
  if (gap.low < number) { missing_.push_back({gap.low, number - 1}); }
  if (number < gap.high) { missing_.push_back({number + 1, gap.high}); }
  return true;
}

}  // namespace shmlab::check
