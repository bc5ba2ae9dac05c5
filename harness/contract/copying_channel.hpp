#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "contract/config.hpp"

namespace shmlab {

/// The Channel face over something that can only copy whole messages in and out. `Messages` has send(message), receive(into), which wait, and
/// try_send(message), try_receive(into), which do not.
/// In place is only for show here: reserve() and front() hand out a buffer of this process, and commit() copies it, as front() has copied the message. So
/// reserve() never says that the channel is full, and commit() waits instead; and front() has taken the message already: who dies
/// before release() has lost it.
template <class Messages>
class CopyingChannel {
 public:
  CopyingChannel(const Config& config, Messages messages)
      : messages_(std::move(messages)), to_send_(config.payload_bytes), received_(config.payload_bytes) {}

  void send(std::span<const std::byte> message) { messages_.send(message); }
  void receive(std::span<std::byte> into) { messages_.receive(into); }
  bool try_send(std::span<const std::byte> message) { return messages_.try_send(message); }
  bool try_receive(std::span<std::byte> into) { return messages_.try_receive(into); }

  std::span<std::byte> reserve() { return to_send_; }
  void commit() { messages_.send(to_send_); }

  std::span<const std::byte> front() {
    if (!messages_.try_receive(received_)) { return {}; }
    return received_;
  }
  void release() {}

 private:
  Messages messages_;
  std::vector<std::byte> to_send_;
  std::vector<std::byte> received_;
};

}  // namespace shmlab
