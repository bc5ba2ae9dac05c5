#pragma once

#include <rapidcheck/Gen.h>

#include <cstdint>
#include <span>

#include "contract/scenario.hpp"

namespace shmlab::check {

/// The valid values of one parameter, both ends included; low <= high.
struct ParamRange {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// Numbers from low to high (included; low <= high) with a bias towards what breaks programs: the ends and their neighbours, powers of
/// two and theirs, small distances from low; otherwise uniform. The spread does not depend on RapidCheck's size. Shrinks towards low.
rc::Gen<std::uint64_t> edge_biased(std::uint64_t low, std::uint64_t high);

/// Values for the parameters of a scenario, one edge-biased number for each range (at most max_params of them); unused places are zero.
/// Each value shrinks by itself towards the low end of its range.
rc::Gen<ParamValues> param_values(std::span<const ParamRange> ranges);

}  // namespace shmlab::check
