#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "shm/file_descriptor.hpp"

namespace shmlab::run {

using shm::FileDescriptor;

/// Two connected ends for whole messages (SOCK_SEQPACKET), close-on-exec. Throws std::system_error.
std::pair<FileDescriptor, FileDescriptor> message_pair();

/// As many descriptors as can go with a message.
inline constexpr std::size_t most_descriptors = 80;

/// Sends one message, with copies of these descriptors. false: the other end is gone. Throws BadInput when there are more of them than go with
/// a message, or more under way than this user may have (unix(7), ETOOMANYREFS).
bool send_message(int socket, const void* message, std::size_t bytes, std::span<const int> descriptors = {});

/// What receive_message() got.
struct Received {
  bool whole = false;                       ///< a message of the expected size; otherwise the other end is gone
  std::vector<FileDescriptor> descriptors;  ///< that came with it: fewer than were sent when the process may open no more
};
Received receive_message(int socket, void* message, std::size_t bytes);

}  // namespace shmlab::run
