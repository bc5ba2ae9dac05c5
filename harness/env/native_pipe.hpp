#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "env/message_shape.hpp"

namespace shmlab::env {

/// A pipe for messages of one size, of any number of writers and readers. A write of at most PIPE_BUF bytes is atomic (pipe(7)), and a read of one
/// message finds whole messages only, since Linux holds the pipe's mutex throughout either. Longer ones go in parts, so that they need one writer and one
/// reader; who dies in the middle leaves a part. Every participant has both ends: who is waited for may
/// come back, so nobody is told "end of file".
/// Both ends are open twice: a call that may not wait has a description of its own with O_NONBLOCK, and no call has to change a flag
/// that others share, or to poll first.
class NativePipe {
 public:
  /// Longest message, and the longest of several writers or readers.
  static constexpr std::uint32_t most_bytes = 1'048'576;
  static constexpr std::uint32_t most_atomic_bytes = PIPE_BUF;

  /// What lies in the region: tickets of the descriptors (carried_descriptors.hpp).
  struct Shared {
    std::uint32_t waits_to_send;
    std::uint32_t waits_to_receive;
    std::uint32_t tries_to_send;
    std::uint32_t tries_to_receive;
  };

  /// Why a pipe cannot hold as much here (proc(5), /proc/sys/fs/pipe-max-size), or empty.
  static std::string refuses(const MessageShape& shape);
  /// Throws Unavailable without /proc or when the kernel gives no pipe of that size, BadInput when no descriptor is left.
  static void create(Shared& shared, const MessageShape& shape);
  /// Closes the creator's descriptors.
  static void dispose(const Shared& shared);

  explicit NativePipe(const Shared& shared);

  /// All of them: `message` and `into` are as long as the messages of the pipe; the waiting ones go on after EINTR.
  void send(std::span<const std::byte> message);
  void receive(std::span<std::byte> into);
  /// false: there was no room, or nothing. A message that goes in parts may find room for its beginning: then they wait for the rest.
  bool try_send(std::span<const std::byte> message);
  bool try_receive(std::span<std::byte> into);

 private:
  int waits_to_send_;
  int waits_to_receive_;
  int tries_to_send_;
  int tries_to_receive_;
};

}  // namespace shmlab::env
