#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

#include "contract/config.hpp"

namespace shmlab::strategies::peers {

/// An element of a queue whose element type is fixed when it is compiled.
template <std::size_t bytes>
struct alignas(8) Element {
  std::array<std::byte, bytes> content;
};

/// Messages in a queue of another library whose element type and capacity are fixed when it is compiled, and whose storage lies in the object, so that it
/// can live in a region. Kind::Queue<T, capacity> is the queue, Kind::push(queue, element) and Kind::pop(queue, element) try.
/// There is one for elements of 8, of 64 and of 4,096 bytes, and of each a small and a large one: a case takes the next that is enough. So messages of
/// another length cost as much as the element that they are put into.
template <class Kind>
class FixedQueue {
 public:
  static constexpr std::size_t most_bytes = 4096;
  static constexpr unsigned most_messages = 1024;

  static Footprint footprint(const Config& config) {
    Footprint footprint;
    visit(nullptr, config.payload_bytes, config.capacity, [&]<class Queue, std::size_t bytes>(void* /*memory*/) {
      footprint = {sizeof(Queue), std::max(alignof(Queue), line_pair_bytes)};
      return true;
    });
    return footprint;
  }
  static void create(void* memory, const Config& config) {
    visit(memory, config.payload_bytes, config.capacity, []<class Queue, std::size_t bytes>(void* place) {
      new (place) Queue;
      return true;
    });
  }
  FixedQueue(void* memory, const Config& config) : memory_(memory), payload_(config.payload_bytes), capacity_(config.capacity) {}

  bool try_send(std::span<const std::byte> message) {
    return visit(memory_, payload_, capacity_, [&]<class Queue, std::size_t bytes>(void* memory) {
      Element<bytes> element;
      copy<bytes>(element.content.data(), message.data(), payload_);
      return Kind::push(*std::launder(static_cast<Queue*>(memory)), element);
    });
  }
  bool try_receive(std::span<std::byte> into) {
    return visit(memory_, payload_, capacity_, [&]<class Queue, std::size_t bytes>(void* memory) {
      Element<bytes> element;
      if (!Kind::pop(*std::launder(static_cast<Queue*>(memory)), element)) { return false; }
      copy<bytes>(into.data(), element.content.data(), payload_);
      return true;
    });
  }

  /// Several messages, one behind the other: one call of Kind::push(queue, elements, count) where they are as long as the elements, and lie as these
  /// have to; otherwise one by one. How many it took.
  std::size_t send_bulk(std::span<const std::byte> messages) {
    return for_each_of(messages.size(), [&]<class Queue, std::size_t bytes>(Queue& queue, std::size_t count) {
      if (lie_as_elements<bytes>(messages.data())) {
        return Kind::push(queue, reinterpret_cast<const Element<bytes>*>(messages.data()), count);
      }
      return one_by_one(count, [&](std::size_t i) { return try_send(messages.subspan(i * payload_, payload_)); });
    });
  }
  std::size_t receive_bulk(std::span<std::byte> into) {
    return for_each_of(into.size(), [&]<class Queue, std::size_t bytes>(Queue& queue, std::size_t count) {
      if (lie_as_elements<bytes>(into.data())) { return Kind::pop(queue, reinterpret_cast<Element<bytes>*>(into.data()), count); }
      return one_by_one(count, [&](std::size_t i) { return try_receive(into.subspan(i * payload_, payload_)); });
    });
  }

 private:
  template <class Move>
  std::size_t for_each_of(std::size_t all_bytes, Move move) {
    std::size_t moved = 0;
    visit(memory_, payload_, capacity_, [&]<class Queue, std::size_t bytes>(void* memory) {
      moved = move.template operator()<Queue, bytes>(*std::launder(static_cast<Queue*>(memory)), all_bytes / payload_);
      return true;
    });
    return moved;
  }
  template <std::size_t bytes>
  [[nodiscard]] bool lie_as_elements(const std::byte* first) const {
    return payload_ == bytes && reinterpret_cast<std::uintptr_t>(first) % alignof(Element<bytes>) == 0;
  }
  template <class Move>
  static std::size_t one_by_one(std::size_t count, Move move) {
    std::size_t moved = 0;
    while (moved < count && move(moved)) { ++moved; }
    return moved;
  }

  static constexpr unsigned few_messages = 64;

  /// The usual sizes as constants, so that the copy compiles to a few moves.
  template <std::size_t bytes>
  static void copy(std::byte* to, const std::byte* from, std::size_t payload) {
    std::memcpy(to, from, payload == bytes ? bytes : payload);
  }

  template <class Visit>
  static bool visit(void* memory, std::size_t payload, unsigned capacity, Visit visit) {
    if (payload <= 8) { return visit_size<8>(memory, capacity, visit); }
    if (payload <= 64) { return visit_size<64>(memory, capacity, visit); }
    return visit_size<most_bytes>(memory, capacity, visit);
  }
  template <std::size_t bytes, class Visit>
  static bool visit_size(void* memory, unsigned capacity, Visit& visit) {
    using Few = typename Kind::template Queue<Element<bytes>, few_messages>;
    using Many = typename Kind::template Queue<Element<bytes>, most_messages>;
    return capacity <= few_messages ? visit.template operator()<Few, bytes>(memory)
                                    : visit.template operator()<Many, bytes>(memory);
  }

  void* memory_;
  std::size_t payload_;
  unsigned capacity_;
};

}  // namespace shmlab::strategies::peers
