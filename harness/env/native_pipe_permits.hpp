#pragma once

#include <cstdint>

namespace shmlab::env {

/// Permits that are bytes in a pipe(2). Every operation is a system call. All participants have both ends, which are carried to them
/// (env/carried_descriptors.hpp).
class NativePipePermits {
 public:
  /// What lies in the region: the tickets of the two ends.
  struct Shared {
    std::uint32_t taking;
    std::uint32_t giving;
  };
  /// Throws BadInput when no more descriptors may be opened, or the pipe does not hold so many permits.
  static void create(Shared& shared, std::uint32_t permits);
  /// Closes the ends of this process.
  static void dispose(const Shared& shared);

  /// Throws std::out_of_range when the ends were not carried here.
  explicit NativePipePermits(const Shared& shared);

  void wait();
  /// Sleeps while the pipe is full: it holds 65,536 permits where nobody has changed its capacity (pipe(7)).
  void post();

 private:
  int taking_;
  int giving_;
};

}  // namespace shmlab::env
