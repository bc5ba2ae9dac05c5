#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "env/message_shape.hpp"

namespace shmlab::env {

/// A POSIX message queue (mq_overview(7)), all messages with the same priority. It has no name: participants are given its descriptor.
class NativePosixQueue {
 public:
  /// Longest message that the kernel allows anybody (mq_overview(7), HARD_MSGSIZEMAX); refuses() knows what it allows here.
  static constexpr std::uint32_t most_bytes = 16'777'216;

  /// What lies in the region: the ticket of the descriptor (carried_descriptors.hpp).
  struct Shared {
    std::uint32_t queue;
  };

  /// Why a queue cannot have that many messages here, or so long ones (/proc/sys/fs/mqueue, RLIMIT_MSGQUEUE), or empty.
  static std::string refuses(const MessageShape& shape);
  /// Throws Unavailable when the system has none or allows none of that size, BadInput when no descriptor is left.
  static void create(Shared& shared, const MessageShape& shape);
  /// Closes the creator's descriptor.
  static void dispose(const Shared& shared);

  explicit NativePosixQueue(const Shared& shared);

  /// All of them: `message` and `into` are as long as the messages of the queue; the waiting ones go on after EINTR.
  void send(std::span<const std::byte> message);
  void receive(std::span<std::byte> into);
  /// By a time-out that has passed already. false: there was no room, or nothing.
  bool try_send(std::span<const std::byte> message);
  bool try_receive(std::span<std::byte> into);

 private:
  int queue_;
};

}  // namespace shmlab::env
