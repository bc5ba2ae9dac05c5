#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "contract/patience.hpp"

namespace shmlab {

/// Waits by polling for something that can only be tried: `Queue` has try_send(message) and try_receive(into).
template <class Env, class Queue>
class PollingMessages {
 public:
  explicit PollingMessages(Queue queue) : queue_(std::move(queue)) {}

  bool try_send(std::span<const std::byte> message) { return queue_.try_send(message); }
  bool try_receive(std::span<std::byte> into) { return queue_.try_receive(into); }
  void send(std::span<const std::byte> message) {
    for (Patience<Env> patience; !queue_.try_send(message); patience.poll()) {}
  }
  void receive(std::span<std::byte> into) {
    for (Patience<Env> patience; !queue_.try_receive(into); patience.poll()) {}
  }

 private:
  Queue queue_;
};

}  // namespace shmlab
