#pragma once

#include <rapidcheck/Gen.h>
#include <rapidcheck/Random.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "catalogue/entry.hpp"

namespace shmlab::run {

/// How large the programs are that parameters describe.
enum class ProgramSize : std::uint8_t {
  ordinary,  ///< a free run of about a millisecond
  small      ///< a few dozen steps: what fails shows in many schedules of it, and can be read
};

/// The stream of generated parameters of one pair: depends on the seed, the size and the two names alone.
class PropertyValues {
 public:
  /// Parameters in `fixed` ("name=value") have that value, the others come from their range, capped by the size.
  /// Throws BadInput for `fixed`.
  PropertyValues(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario, std::uint64_t seed,
                 std::span<const std::string> fixed, ProgramSize size = ProgramSize::ordinary);

  /// The next parameters that fit the strategy, with what is simpler; nothing when none were found, and then `why_not` says what
  /// does not fit.
  std::optional<rc::Shrinkable<ParamValues>> next(std::string& why_not);

 private:
  const catalogue::StrategyEntry& strategy_;
  const catalogue::ScenarioEntry& scenario_;
  rc::Gen<ParamValues> values_;
  rc::Random random_;
};

}  // namespace shmlab::run
