#pragma once

#include <rapidcheck/Gen.h>
#include <rapidcheck/Random.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "catalogue/entry.hpp"

namespace shmlab::run {

/// The stream of generated parameters of one pair: depends on the seed and the two names alone.
class PropertyValues {
 public:
  /// Parameters in `fixed` ("name=value") have that value, the others come from their range, capped so that a run is short.
  /// Throws BadInput for `fixed`.
  PropertyValues(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario, std::uint64_t seed,
                 std::span<const std::string> fixed);

  /// The next parameters that fit the strategy; nothing when none were found, and then `why_not` says what does not fit.
  std::optional<ParamValues> next(std::string& why_not);

 private:
  const catalogue::StrategyEntry& strategy_;
  const catalogue::ScenarioEntry& scenario_;
  rc::Gen<ParamValues> values_;
  rc::Random random_;
};

}  // namespace shmlab::run
