#include "run/repetition_lender.hpp"

#include <algorithm>

#include "contract/error.hpp"
#include "run/case_region.hpp"
#include "run/measurement.hpp"
#include "shm/lent_memory.hpp"

namespace shmlab::run {
namespace {

/// 0: it has to have its own.
std::size_t bytes_for(const Plan& plan) {
  if (!runs_until_stopped(plan)) { return 0; }
  const std::size_t bytes = lendable_bytes(plan);
  return bytes <= RepetitionLender::most_bytes ? bytes : 0;
}

}  // namespace

RepetitionLender::RepetitionLender(const std::vector<const Plan*>& cases) {
  for (const Plan* const plan : cases) {
    try {
      bytes_ = std::max(bytes_, bytes_for(*plan));
    } catch (const Unavailable&) {  // who runs it is told why
    }
  }
}

std::string RepetitionLender::memory(std::uint32_t repetition, const Plan& plan) {
  if (const std::size_t bytes = bytes_for(plan); bytes == 0 || bytes > bytes_) { return {}; }
  const std::uint32_t which = repetition % most_memories;
  while (lent_.size() <= which) { lent_.push_back(shm::lend_memory(bytes_)); }
  std::string path = shm::path_of(lent_[which]);
  return shm::is_within_reach(path) ? path : std::string();  // not where there is no /proc
}

}  // namespace shmlab::run
