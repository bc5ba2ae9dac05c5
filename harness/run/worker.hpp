#pragma once

#include <cstdint>

namespace shmlab::run {

/// One case for a worker; the region's descriptor comes with it, and after it those that the objects carry.
struct Job {
  std::uint32_t participant = 0;
};
/// What a worker answers once its participant is done.
struct JobDone {
  std::uint32_t participant = 0;
  bool spent = false;  ///< the worker ends now
};

/// The life of a pool worker: takes jobs from `socket`, maps the region of each at an address of its own, runs the participant.
/// Ends when the socket closes.
[[noreturn]] void work(int socket);

}  // namespace shmlab::run
