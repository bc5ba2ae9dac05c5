#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "contract/adapters/bounded_buffer.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/face.hpp"
#include "contract/strategy.hpp"

namespace shmlab {

/// bounded_buffer<L> behind two signals, of which one has a permit for each free slot and the other for each message: who finds the buffer full or
/// empty sleeps instead of polling. Any number of producers and consumers.
/// Whoever has a permit finds what it stands for, since a slot is filled or emptied under the lock before its permit is posted.
/// In memory: the buffer, the signal of room, the signal of messages.
template <class Env, Exclusive L, TimedSignal S>
class BlockingBuffer {
  using Buffer = BoundedBuffer<Env, L>;

 public:
  static_assert(!Retirable<L> && !Disposable<L> && !Conditional<L>, "a lock that lies in the region alone");
  static_assert(!Retirable<S> && !Disposable<S> && !Conditional<S>, "signals that lie in the region alone");

  /// Of the combination by that name. Whoever dies takes its permit along: a slot, or a message, that nobody is told of.
  static constexpr Descriptor described(const char* name, const char* summary) {
    return {.name = name,
            .summary = summary,
            .source =
                "bounded buffer with a lock and two semaphores: Dijkstra, Cooperating Sequential Processes, EWD 123, 1965, "
                "section 4.3",
            .limits = {.participants = std::min(L::descriptor.limits.participants, S::descriptor.limits.participants)},
            .waiting = Waiting::parks,
            .contract = {.waiter = OnDeath::blocks, .producer = OnDeath::blocks, .consumer = OnDeath::blocks}};
  }

  static Footprint footprint(const Config& config) {
    const Layout layout(config);
    return {layout.bytes, layout.alignment};
  }
  static void create(void* memory, const Config& config) {
    const Layout layout(config);
    auto* const bytes = static_cast<std::byte*>(memory);
    Buffer::create(memory, config);
    S::create(bytes + layout.room, with_permits(config, config.capacity));
    S::create(bytes + layout.messages, with_permits(config, 0));
  }

  BlockingBuffer(void* memory, const Config& config, Participant self)
      : BlockingBuffer(static_cast<std::byte*>(memory), Layout(config), config, self) {}

  std::span<std::byte> reserve() {
    if (!is_there(room_)) { return {}; }
    return buffer_.reserve();
  }
  void commit() {
    buffer_.commit();
    messages_.post();
  }
  std::span<const std::byte> front() {
    if (!is_there(messages_)) { return {}; }
    return buffer_.front();
  }
  void release() {
    buffer_.release();
    room_.post();
  }

  bool try_send(std::span<const std::byte> message) {
    if (!is_there(room_)) { return false; }
    put(message);
    return true;
  }
  bool try_receive(std::span<std::byte> into) {
    if (!is_there(messages_)) { return false; }
    take(into);
    return true;
  }
  void send(std::span<const std::byte> message) {
    room_.wait();
    put(message);
  }
  void receive(std::span<std::byte> into) {
    messages_.wait();
    take(into);
  }

 private:
  /// Offsets from the start of the memory; the buffer lies at 0.
  struct Layout {
    explicit Layout(const Config& config) {
      const Footprint buffer = Buffer::footprint(config);
      const Footprint signal = S::footprint(config);
      const std::size_t apart = std::max(signal.alignment, line_pair_bytes);
      alignment = std::max(buffer.alignment, apart);
      room = align_up(buffer.bytes, apart);
      messages = align_up(room + signal.bytes, apart);
      bytes = messages + signal.bytes;
    }
    std::size_t alignment;
    std::size_t room;
    std::size_t messages;
    std::size_t bytes;
  };

  static Config with_permits(Config config, std::uint32_t permits) {
    config.initial_permits = permits;
    return config;
  }
  /// Takes a permit if there is one.
  static bool is_there(S& signal) { return signal.wait_for(std::chrono::nanoseconds::zero()); }

  void put(std::span<const std::byte> message) {
    buffer_.send(message);
    messages_.post();
  }
  void take(std::span<std::byte> into) {
    buffer_.receive(into);
    room_.post();
  }

  BlockingBuffer(std::byte* memory, const Layout& layout, const Config& config, Participant self)
      : buffer_(memory, config, self),
        room_(memory + layout.room, config, self),
        messages_(memory + layout.messages, config, self) {}

  Buffer buffer_;
  S room_;
  S messages_;
};

}  // namespace shmlab
