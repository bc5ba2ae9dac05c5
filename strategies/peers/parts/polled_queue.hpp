#pragma once

#include "contract/config.hpp"
#include "contract/copying_channel.hpp"
#include "contract/polling_messages.hpp"

namespace shmlab::strategies::peers {

/// What the channels of this folder have in common that can only be tried: they wait by polling, and in place there is a copy. `Queue` has
/// footprint(config), create(memory, config) and Queue(memory, config).
template <class Env, class Queue>
class PolledQueue : public CopyingChannel<PollingMessages<Env, Queue>> {
 public:
  static constexpr bool is_opaque = true;

  static Footprint footprint(const Config& config) { return Queue::footprint(config); }
  static void create(void* memory, const Config& config) { Queue::create(memory, config); }
  PolledQueue(void* memory, const Config& config, Participant /*self*/)
      : CopyingChannel<PollingMessages<Env, Queue>>(config, PollingMessages<Env, Queue>(Queue(memory, config))) {}
};

}  // namespace shmlab::strategies::peers
