#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "env/message_shape.hpp"

namespace shmlab::env {

/// A pair of connected Unix sockets (socketpair(2)) for messages of one size, of any number of senders, who share one end, and receivers, who share
/// the other. Every participant has both ends: who is waited for may come back, so nobody is told "end of file".
class NativeUnixSocket {
 public:
  enum class Type : std::uint8_t { stream, seqpacket };

  /// Longest message that a stream socket queues in one piece, so that those of several senders do not mix (net/unix/af_unix.c,
  /// UNIX_SKB_FRAGS_SZ).
  static constexpr std::uint32_t most_atomic_bytes = 32768;

  /// What lies in the region: tickets of the descriptors (carried_descriptors.hpp).
  struct Shared {
    std::uint32_t sender;
    std::uint32_t receiver;
  };

  /// Why the socket's buffer cannot hold as much here (socket(7), /proc/sys/net/core/wmem_max), or empty.
  static std::string refuses(const MessageShape& shape, Type type);
  /// Throws Unavailable when the kernel has no such sockets or gives no such buffer, BadInput when no descriptor is left.
  static void create(Shared& shared, const MessageShape& shape, Type type);
  /// Closes the creator's descriptors.
  static void dispose(const Shared& shared);

  explicit NativeUnixSocket(const Shared& shared);

  /// All of them: `message` and `into` are as long as the messages of the socket; the waiting ones go on after EINTR.
  void send(std::span<const std::byte> message);
  void receive(std::span<std::byte> into);
  /// false: there was no room, or nothing. A message that goes in parts may find room for its beginning: then they wait for the rest.
  bool try_send(std::span<const std::byte> message);
  bool try_receive(std::span<std::byte> into);

 private:
  int sender_;
  int receiver_;
};

template <NativeUnixSocket::Type type>
class NativeUnixSocketOf : public NativeUnixSocket {
 public:
  /// Longest message: on a stream it goes in parts, so that it needs one sender and one receiver; who dies in the middle leaves a part.
  static constexpr std::uint32_t most_bytes = type == Type::stream ? 1'048'576 : most_atomic_bytes;

  using NativeUnixSocket::NativeUnixSocket;
  static std::string refuses(const MessageShape& shape) { return NativeUnixSocket::refuses(shape, type); }
  static void create(Shared& shared, const MessageShape& shape) { NativeUnixSocket::create(shared, shape, type); }
};
using NativeUnixStream = NativeUnixSocketOf<NativeUnixSocket::Type::stream>;
using NativeUnixSeqpacket = NativeUnixSocketOf<NativeUnixSocket::Type::seqpacket>;

}  // namespace shmlab::env
