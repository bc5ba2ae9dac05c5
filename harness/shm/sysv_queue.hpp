#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shmlab::shm {

/// Begins the names of files that stand for System V message queues (system_mark.hpp).
inline constexpr std::string_view sysv_queue_prefix = "sysvmsg.";

/// A System V message queue, which no participant's end takes away.
struct SysvQueue {
  std::string name;  ///< of the file
  int id = -1;       ///< msgget(2)
};

/// Creates one that holds `bytes`, mode 0600. Throws Unavailable when the system has none or allows none of that size, BadInput when there are as many
/// as it allows or shm_directory cannot be written.
SysvQueue create_sysv_queue(std::uint64_t bytes);

/// Removes the queue for which the file of that name stands, if it is there and this user's. Those who wait in it are told so (EIDRM). Harmless when
/// there is none.
void remove_marked_queue(std::string_view name);
/// The same, and then the file.
void remove_sysv_queue(std::string_view name);

}  // namespace shmlab::shm
