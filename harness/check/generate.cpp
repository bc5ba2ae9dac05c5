#include "check/generate.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace shmlab::check {
namespace {

/// Ends, powers of two, and the neighbours of both, as far as they lie in the range.
std::vector<std::uint64_t> edges(std::uint64_t low, std::uint64_t high) {
  std::vector<std::uint64_t> values{low, high};
  if (low < high) { values.insert(values.end(), {low + 1, high - 1}); }
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t value : {power - 1, power, power + 1}) {
      if (low <= value && value <= high) { values.push_back(value); }
    }
  }
  return values;
}

rc::Gen<std::uint64_t> uniform(std::uint64_t low, std::uint64_t high) {
  return rc::gen::map(rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>()), [low, high](std::uint64_t bits) {
    const std::uint64_t count = high - low + 1;  // 0: all 2^64 of them
    return count == 0 ? bits : low + bits % count;
  });
}

}  // namespace

rc::Gen<std::uint64_t> edge_biased(std::uint64_t low, std::uint64_t high) {
  if (low > high) { throw std::invalid_argument("edge_biased: low > high"); }
  constexpr std::uint64_t small = 16;
  const std::uint64_t small_high = high - low > small ? low + small : high;
  const std::vector<std::uint64_t> ends{low, high};
  const auto any = rc::gen::oneOf(rc::gen::elementOf(ends), rc::gen::elementOf(edges(low, high)), uniform(low, small_high),
                                  uniform(low, high));
  return rc::gen::shrink(rc::gen::noShrink(any), [low](std::uint64_t value) { return rc::shrink::towards(value, low); });
}

rc::Gen<ParamValues> param_values(std::span<const ParamRange> ranges) {
  if (ranges.size() > max_params) { throw std::invalid_argument("param_values: more than max_params ranges"); }
  return rc::gen::exec([copy = std::vector<ParamRange>(ranges.begin(), ranges.end())] {
    ParamValues values{};
    std::transform(copy.begin(), copy.end(), values.begin(),
                   [](const ParamRange& range) { return *edge_biased(range.low, range.high); });
    return values;
  });
}

}  // namespace shmlab::check
