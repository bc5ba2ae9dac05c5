#include "run/region_lender.hpp"

#include "shm/lent_memory.hpp"

namespace shmlab::run {
namespace {

constexpr std::size_t most_kept = 100;  // far below what descriptors a process may have
constexpr std::size_t most_kept_bytes = std::size_t{64} << 20U;

}  // namespace

std::string RegionLender::next(std::size_t bytes) {
  if (bytes == 0) { return {}; }
  kept_.push_back({shm::lend_memory(bytes), bytes});
  kept_bytes_ += bytes;
  while (kept_.size() > 1 && (kept_.size() > most_kept || kept_bytes_ > most_kept_bytes)) {
    kept_bytes_ -= kept_.front().bytes;
    kept_.pop_front();
  }
  return shm::path_of(kept_.back().fd);
}

}  // namespace shmlab::run
