#pragma once

#include <cstddef>
#include <string>

#include "shm/file_descriptor.hpp"

/// Memory that one process lends to others, who make their regions in it, one after the other: on the same physical pages. Where the last level of
/// cache keeps a line depends on its physical address, and so does how long the line takes from CPU to CPU.
namespace shmlab::shm {

/// A memfd of at least `bytes`, rounded up to whole pages, allocated, and sealed against every change of its size. The lender keeps it.
/// Throws BadInput when there is no room, Unavailable when the system lacks memfds.
FileDescriptor lend_memory(std::size_t bytes);

/// What others open it by, as long as the lender keeps it (proc(5), /proc/PID/fd).
std::string path_of(const FileDescriptor& lent);

/// Whether this process can open what is there. It cannot in another PID namespace than the lender's, on another machine, or as another user.
bool is_within_reach(const std::string& path);

struct Borrowed {
  FileDescriptor fd;
  std::size_t bytes = 0;  ///< all that is there, of which what is needed is a part
};

/// Throws BadInput that says what is wrong: nothing there, nothing that was made to be lent, or less than `bytes_needed`.
Borrowed borrow_memory(const std::string& path, std::size_t bytes_needed);

}  // namespace shmlab::shm
