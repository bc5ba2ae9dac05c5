#pragma once

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/system_channel.hpp"

namespace shmlab::strategies::pipe {

/// What a shell puts between two programs: the kernel copies each message in and out, and wakes who waits. Every operation is a system call.
template <class Env>
class Pipe : public env::SystemChannel<typename Env::Pipe> {
 public:
  static constexpr Descriptor descriptor{
      .name = "pipe",
      .summary = "a pipe: two copies and two system calls a message; waits in the kernel",
      .source = "pipe(2), pipe(7), fcntl(2) with F_SETPIPE_SZ",
      .limits = {.payload_bytes = Env::Pipe::most_bytes},
      .waiting = Waiting::parks,
      // The write or read of a message has happened, or it has not.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};
  static constexpr bool carries_descriptors = true;

  using env::SystemChannel<typename Env::Pipe>::SystemChannel;
};

using Plugins = Variants<Pipe>;

}  // namespace shmlab::strategies::pipe
