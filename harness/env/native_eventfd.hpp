#pragma once

#include <cstdint>

namespace shmlab::env {

/// Permits in the counter of an eventfd(2), of which a read takes one (EFD_SEMAPHORE). Every operation is a system call. All participants have the
/// same open file description, which is carried to them (env/carried_descriptors.hpp).
class NativeEventfd {
 public:
  /// What lies in the region: the descriptor's ticket.
  struct Shared {
    std::uint32_t ticket;
  };
  /// Throws BadInput when no more descriptors may be opened.
  static void create(Shared& shared, std::uint32_t permits);
  /// Closes the descriptor of this process.
  static void dispose(const Shared& shared);

  /// Throws std::out_of_range when the descriptor was not carried here.
  explicit NativeEventfd(const Shared& shared);

  void wait();
  /// (It would sleep where there are 2^64 - 2 permits.)
  void post();

 private:
  int descriptor_;
};

}  // namespace shmlab::env
