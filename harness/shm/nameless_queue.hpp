#pragma once

#include <cstdint>
#include <string_view>

#include "shm/file_descriptor.hpp"

namespace shmlab::shm {

/// Begins the names of files that stand for a POSIX message queue while it has a name (system_mark.hpp).
inline constexpr std::string_view mqueue_prefix = "mqueue.";

/// A POSIX message queue for `messages` of `bytes` each, mode 0600, whose name is gone already: a descriptor (mq_overview(7): in Linux it is one), and
/// the queue ends with its last copy. Throws Unavailable when the system has none or allows none of that size.
FileDescriptor open_nameless_queue(std::uint32_t messages, std::uint32_t bytes);

/// Takes away the name of the queue for which the file of that name stands, if it still has one.
void remove_marked_mqueue(std::string_view name);

}  // namespace shmlab::shm
