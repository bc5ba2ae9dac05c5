#pragma once

#include <string>
#include <string_view>

namespace shmlab::shm {

/// Begins the names of files that stand for System V semaphore sets.
inline constexpr std::string_view sysv_prefix = "sysv.";

/// A System V semaphore set with one semaphore, which no participant's end takes away. Sets have no names, only a key of 32 bits, and the kernel
/// does not say whose run one belongs to. So a file stands for it (system_mark.hpp), from whose name the key is computed.
struct SysvSet {
  std::string name;  ///< of the file
  int id = -1;       ///< semget(2)
};

/// Creates one whose semaphore has this value (0 .. 32767), mode 0600. Throws Unavailable when the system has no such semaphores, BadInput when
/// there are as many as it allows or shm_directory cannot be written.
SysvSet create_sysv_set(int value);

/// Removes the set for which the file of that name stands, if it is there and this user's. Those who wait for it are told so (EIDRM). Harmless
/// when there is none.
void remove_marked_set(std::string_view name);
/// The same, and then the file.
void remove_sysv_set(std::string_view name);

}  // namespace shmlab::shm
