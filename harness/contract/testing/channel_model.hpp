#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "contract/face.hpp"
#include "contract/testing/object.hpp"

namespace shmlab::testing {

enum class ChannelCall : std::uint8_t { try_send, reserve_commit, try_receive, front_release };

/// Messages that a channel has room for: `least` at any time, `most` at best, where it may still count some that have been received.
struct Room {
  std::size_t least = 0;
  std::size_t most = 0;

  /// Whether a send that is answered so, with so many unread, is one of a queue.
  [[nodiscard]] bool allows(bool accepted, std::size_t unread) const { return accepted ? unread < most : unread >= least; }
};

/// RapidCheck property: a generated program of calls on an empty channel, by one producer and one consumer in turn, answers as a queue
/// of messages of `bytes` bytes does that has so much room.
template <Channel C>
void behaves_like_a_queue(C& producer, C& consumer, Room room, std::uint32_t bytes) {
  const auto program = *rc::gen::container<std::vector<ChannelCall>>(
      rc::gen::element(ChannelCall::try_send, ChannelCall::reserve_commit, ChannelCall::try_receive, ChannelCall::front_release));
  std::deque<std::vector<std::byte>> model;
  std::uint64_t number = 0;
  std::vector<std::byte> into(bytes);
  for (const ChannelCall call : program) {
    const std::vector<std::byte> next = message(++number * 0x0101'0307'0b0d'1113, bytes);
    switch (call) {
      case ChannelCall::try_send:
        if (!producer.try_send(next)) {
          RC_ASSERT(room.allows(false, model.size()));
          break;
        }
        RC_ASSERT(room.allows(true, model.size()));
        model.push_back(next);
        flush(producer);
        break;
      case ChannelCall::reserve_commit: {
        const std::span<std::byte> slot = producer.reserve();
        RC_ASSERT(slot.empty() || slot.size() == bytes);
        RC_ASSERT(room.allows(!slot.empty(), model.size()));
        if (slot.empty()) { break; }
        std::ranges::copy(next, slot.begin());
        producer.commit();
        flush(producer);
        model.push_back(next);
        break;
      }
      case ChannelCall::try_receive:
        RC_ASSERT(consumer.try_receive(into) == !model.empty());
        if (model.empty()) { break; }
        RC_ASSERT(into == model.front());
        model.pop_front();
        break;
      case ChannelCall::front_release: {
        const std::span<const std::byte> front = consumer.front();
        RC_ASSERT(front.size() == (model.empty() ? 0 : bytes));
        if (front.empty()) { break; }
        RC_ASSERT(std::ranges::equal(front, model.front()));
        consumer.release();
        model.pop_front();
        break;
      }
    }
  }
}

}  // namespace shmlab::testing
