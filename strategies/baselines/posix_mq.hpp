#pragma once

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/system_channel.hpp"

namespace shmlab::strategies::posix_mq {

/// The kernel's queue of messages by POSIX. Ordinary users get ten messages unless the administrator says otherwise.
template <class Env>
class PosixMq : public env::SystemChannel<typename Env::PosixQueue> {
 public:
  static constexpr Descriptor descriptor{
      .name = "posix_mq",
      .summary = "POSIX message queue; waits in the kernel",
      .source = "mq_overview(7), mq_open(3), mq_send(3), mq_receive(3)",
      .limits = {.payload_bytes = Env::PosixQueue::most_bytes},
      .waiting = Waiting::parks,
      // A message is in the queue, or it is not.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};
  static constexpr bool carries_descriptors = true;

  using env::SystemChannel<typename Env::PosixQueue>::SystemChannel;
};

using Plugins = Variants<PosixMq>;

}  // namespace shmlab::strategies::posix_mq
