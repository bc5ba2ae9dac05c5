#pragma once

#include <cstddef>
#include <string>

#include "shm/region_kind.hpp"

namespace shmlab::shm {

/// Refuses, before anything is created, a region that this machine cannot hold: larger than the largest file, than the limit on
/// files (RLIMIT_FSIZE, which would raise SIGXFSZ), or, from 64 MiB on, than the memory that is available. A memfd has no other
/// bound: the kernel would kill processes to make room. Throws BadInput with both numbers.
void require_room(RegionKind kind, std::size_t payload_bytes);

/// Gives the file its size and its memory (posix_fallocate(3)); it reads as zero. `subject` names the region in messages.
/// Throws BadInput with what is needed and what is free when it does not fit.
void allocate(int fd, std::size_t bytes, const std::string& subject);

}  // namespace shmlab::shm
