#pragma once

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/system_channel.hpp"

namespace shmlab::strategies::unix_socket {

inline constexpr const char* source = "socketpair(2), unix(7), socket(7) with SO_SNDBUF";
/// A message is in the receiver's queue, or it is not.
inline constexpr DeathContract contract{
    .waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected};

/// A connection as between a client and a server on one machine; that a stream has no messages does not matter where all are of one length.
template <class Env>
class UnixStream : public env::SystemChannel<typename Env::UnixStream> {
 public:
  static constexpr Descriptor descriptor{.name = "unix_stream",
                                         .summary = "a connected pair of Unix stream sockets; waits in the kernel",
                                         .source = source,
                                         .limits = {.payload_bytes = Env::UnixStream::most_bytes},
                                         .waiting = Waiting::parks,
                                         .contract = contract};
  static constexpr bool carries_descriptors = true;

  using env::SystemChannel<typename Env::UnixStream>::SystemChannel;
};

/// The same, where the kernel keeps the boundaries of messages.
template <class Env>
class UnixSeqpacket : public env::SystemChannel<typename Env::UnixSeqpacket> {
 public:
  static constexpr Descriptor descriptor{
      .name = "unix_seqpacket",
      .summary = "a connected pair of Unix sockets that keep messages apart; waits in the kernel",
      .source = source,
      .limits = {.payload_bytes = Env::UnixSeqpacket::most_bytes},
      .waiting = Waiting::parks,
      .contract = contract};
  static constexpr bool carries_descriptors = true;

  using env::SystemChannel<typename Env::UnixSeqpacket>::SystemChannel;
};

using Plugins = Variants<UnixStream, UnixSeqpacket>;

}  // namespace shmlab::strategies::unix_socket
