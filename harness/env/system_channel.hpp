#pragma once

#include <new>
#include <string>

#include "contract/config.hpp"
#include "contract/copying_channel.hpp"
#include "contract/strategy.hpp"
#include "env/message_shape.hpp"

namespace shmlab::env {

/// What strategies have in common whose messages go through an object of the system, `Messages`, of which the region holds Messages::Shared.
template <class Messages>
class SystemChannel : public CopyingChannel<Messages> {
 public:
  static constexpr bool is_opaque = true;

  using Shared = typename Messages::Shared;

  static std::string refuses(const Config& config) { return Messages::refuses(shape(config)); }
  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) { Messages::create(*new (memory) Shared{}, shape(config)); }
  static void dispose(void* memory) { Messages::dispose(*std::launder(static_cast<Shared*>(memory))); }

  SystemChannel(void* memory, const Config& config, Participant /*self*/)
      : CopyingChannel<Messages>(config, Messages(*std::launder(static_cast<Shared*>(memory)))) {}

 private:
  static MessageShape shape(const Config& config) {
    return {config.payload_bytes, config.capacity, config.writers, config.readers};
  }
};

}  // namespace shmlab::env
