#pragma once

#include <new>
#include <string>

#include "contract/config.hpp"
#include "contract/copying_channel.hpp"
#include "contract/descriptor.hpp"
#include "contract/polling_messages.hpp"
#include "contract/strategy.hpp"
#include "env/native_remote_read.hpp"

namespace shmlab::strategies::process_vm_readv {

/// The messages stay in the sender's own memory, and the receiver has the kernel copy them from there: a system call a message, on one side only.
template <class Env>
class ProcessVmReadv : public CopyingChannel<PollingMessages<Env, env::NativeRemoteRead>> {
 public:
  static constexpr Descriptor descriptor{
      .name = "process_vm_readv",
      .summary = "ring in the sender's memory, which the receiver reads by system call; waits by polling counts in shared memory",
      .source = "process_vm_readv(2); counts: Lamport, IEEE TSE 3(2), 1977",
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::spins,
      // What the receiver has not read dies with the sender, and the receiver is told.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::detects, .consumer = OnDeath::unaffected}};
  static constexpr bool is_opaque = true;

  using Shared = env::NativeRemoteRead::Shared;

  static std::string unavailable() { return env::NativeRemoteRead::unavailable(); }
  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  /// Nothing. But who comes late, in the place of a receiver that left, may find that the sender has left as well, and taken the messages along.
  static void retire(void* /*memory*/) {}

  ProcessVmReadv(void* memory, const Config& config, Participant /*self*/)
      : CopyingChannel<PollingMessages<Env, env::NativeRemoteRead>>(
            config, PollingMessages<Env, env::NativeRemoteRead>(env::NativeRemoteRead(
                        *std::launder(static_cast<Shared*>(memory)), {config.payload_bytes, config.capacity}))) {}
};

using Plugins = Variants<ProcessVmReadv>;

}  // namespace shmlab::strategies::process_vm_readv
