#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "run/plan.hpp"
#include "shm/file_descriptor.hpp"

namespace shmlab::run {

/// Lends the cases of one repetition the same memory for their regions, and those of the next other memory: cases that are compared with each other meet
/// the same pages (run/region_lender.hpp says why that matters), and none is on the good ones or the bad ones all the time.
class RepetitionLender {
 public:
  /// As large as the largest case that is made from memfds and runs until it is stopped, but for those of more than a MiB, whose pages are so many that
  /// they do not differ. (What is done once is done in pages that nobody has touched.)
  explicit RepetitionLender(const std::vector<const Plan*>& cases);

  /// For Plan::lent, good as long as this object is there; empty where the case has to have its own.
  /// Throws what lendable_bytes() and shm::lend_memory() throw.
  std::string memory(std::uint32_t repetition, const Plan& plan);

  /// What there is at most: further repetitions come round to the first one's.
  static constexpr std::uint32_t most_memories = 64;
  static constexpr std::size_t most_bytes = std::size_t{1} << 20U;

 private:
  std::size_t bytes_ = 0;
  std::vector<shm::FileDescriptor> lent_;
};

}  // namespace shmlab::run
