#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "shm/file_descriptor.hpp"

namespace shmlab::run {

/// Lends memory in which two programs that are compared make their regions, one after the other (Plan::lent). How long a line takes there and back
/// depends on its page, time and again, where slices of cache lie at different distances (an Intel Xeon), by more than what a change costs that is
/// looked for. Each turn has other pages than those before it: a program that lays its words out differently would else win, or lose, by the
/// page that it happens to be on each time.
class RegionLender {
 public:
  /// Of the next turn: what opens it, good until the next call. Empty for 0 bytes. Throws what shm::lend_memory() throws.
  std::string next(std::size_t bytes);

 private:
  struct Lent {
    shm::FileDescriptor fd;
    std::size_t bytes = 0;
  };
  /// Of the last turns, kept: what is given back is what the kernel hands out next.
  std::deque<Lent> kept_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace shmlab::run
