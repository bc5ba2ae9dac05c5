#include "gate/observed_pair.hpp"

#include <algorithm>
#include <iterator>

namespace shmlab::gate {

bool is_usual(const ObservedPair& pair, double usual_line_ns) {
  // Comparisons with NaN are false: what is not known is usual.
  const auto differs = [usual_line_ns](double line_ns) {
    return line_ns > measure::far_ratio * usual_line_ns || line_ns * measure::far_ratio < usual_line_ns;
  };
  return !differs(pair.line.before_ns) && !differs(pair.line.after_ns);
}

std::vector<ObservedPair> usual_ones(std::span<const ObservedPair> pairs, double usual_line_ns) {
  std::vector<ObservedPair> usual;
  std::ranges::copy_if(pairs, std::back_inserter(usual),
                       [usual_line_ns](const ObservedPair& pair) { return is_usual(pair, usual_line_ns); });
  return usual;
}

std::vector<ObservedPair> those_that_count(std::span<const ObservedPair> pairs, double usual_line_ns) {
  std::vector<ObservedPair> usual = usual_ones(pairs, usual_line_ns);
  if (2 * usual.size() < pairs.size()) { return {pairs.begin(), pairs.end()}; }
  return usual;
}

}  // namespace shmlab::gate
