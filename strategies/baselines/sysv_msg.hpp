#pragma once

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/system_channel.hpp"

namespace shmlab::strategies::sysv_msg {

/// The kernel's older queue of messages. It has no descriptor: the region holds its identifier, and its messages are copied once more on either side.
template <class Env>
class SysvMsg : public env::SystemChannel<typename Env::SysvQueue> {
 public:
  static constexpr Descriptor descriptor{
      .name = "sysv_msg",
      .summary = "System V message queue; waits in the kernel",
      .source = "sysvipc(7), msgget(2), msgop(2)",
      .limits = {.payload_bytes = Env::SysvQueue::most_bytes},
      .waiting = Waiting::parks,
      // A message is in the queue, or it is not.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};

  using env::SystemChannel<typename Env::SysvQueue>::SystemChannel;
};

using Plugins = Variants<SysvMsg>;

}  // namespace shmlab::strategies::sysv_msg
