#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "check/pattern.hpp"
#include "contract/face.hpp"
#include "contract/patience.hpp"

namespace shmlab::check {

/// Messages filled with the pattern of their version, through one endpoint of a channel: by the copying calls that wait, or in place,
/// where a full or empty channel is polled.
template <class Env, class S>
class MessagePort {
 public:
  MessagePort(S& channel, std::size_t bytes, bool in_place) : channel_(channel), local_(bytes), in_place_(in_place) {}

  /// `version` >= 1.
  void send(std::uint64_t version) {
    if (!in_place_) {
      fill(local_, version);
      return channel_.send(local_);
    }
    std::span<std::byte> slot;
    for (Patience<Env> patience; (slot = channel_.reserve()).empty();) { patience.poll(); }
    fill<Env>(slot, version);
    channel_.commit();
  }

  Inspection receive() {
    if (!in_place_) {
      channel_.receive(local_);
      return inspect(local_);
    }
    std::span<const std::byte> slot;
    for (Patience<Env> patience; (slot = channel_.front()).empty();) { patience.poll(); }
    const Inspection inspection = inspect<Env>(slot);
    channel_.release();
    return inspection;
  }

  /// Nothing more is sent for a while.
  void flush() { shmlab::flush(channel_); }

  [[nodiscard]] std::size_t bytes() const { return local_.size(); }

 private:
  S& channel_;
  std::vector<std::byte> local_;
  bool in_place_;
};

}  // namespace shmlab::check
