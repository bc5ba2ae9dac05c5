#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "contract/adapters/bounded_buffer.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/face.hpp"
#include "contract/strategy.hpp"

namespace shmlab {

/// bounded_buffer<L>, where who finds it full or empty sleeps on a signal instead of polling. Any number of producers and consumers.
///
/// Who is going to sleep puts itself down, and then tries once more under the lock; who has changed the buffer under the lock looks afterwards
/// whether somebody is put down, takes one off and posts for it. If the second try came before the change, the lock orders the note before the look;
/// if it came after, it has found what it wanted. Each one taken off gets one permit, whoever it was that put itself down.
/// In memory: the buffer, the signal of room, the signal of messages, Shared.
template <class Env, Exclusive L, Signal S>
class BlockingBuffer {
  using Buffer = BoundedBuffer<Env, L>;

 public:
  static_assert(!Retirable<L> && !Disposable<L> && !Conditional<L>, "a lock that lies in the region alone");
  static_assert(!Retirable<S> && !Disposable<S> && !Conditional<S>, "a signal that lies in the region alone");

  /// Of the combination by that name. Whoever dies between the note and the sleep, or between the change and the post, leaves somebody asleep.
  static constexpr Descriptor described(const char* name, const char* summary) {
    return {.name = name,
            .summary = summary,
            .source =
                "bounded buffer: Hoare, Monitors, CACM 17(10), 1974; waiting by semaphores: Birrell, Implementing Condition "
                "Variables with Semaphores, 2003",
            .limits = {.participants = std::min(L::descriptor.limits.participants, S::descriptor.limits.participants)},
            .waiting = Waiting::parks,
            .contract = {.waiter = OnDeath::blocks, .producer = OnDeath::blocks, .consumer = OnDeath::blocks}};
  }

  static Footprint footprint(const Config& config) {
    const Layout layout(config);
    return {layout.shared + sizeof(Shared), layout.alignment};
  }
  static void create(void* memory, const Config& config) {
    const Layout layout(config);
    auto* const bytes = static_cast<std::byte*>(memory);
    Buffer::create(memory, config);
    S::create(bytes + layout.room, signal_config(config));
    S::create(bytes + layout.message, signal_config(config));
    new (bytes + layout.shared) Shared{};
  }

  BlockingBuffer(void* memory, const Config& config, Participant self)
      : BlockingBuffer(static_cast<std::byte*>(memory), Layout(config), config, self) {}

  std::span<std::byte> reserve() { return buffer_.reserve(); }
  void commit() {
    buffer_.commit();
    message_.tell_one();
  }
  std::span<const std::byte> front() { return buffer_.front(); }
  void release() {
    buffer_.release();
    room_.tell_one();
  }

  bool try_send(std::span<const std::byte> message) {
    if (!buffer_.try_send(message)) { return false; }
    message_.tell_one();
    return true;
  }
  bool try_receive(std::span<std::byte> into) {
    if (!buffer_.try_receive(into)) { return false; }
    room_.tell_one();
    return true;
  }
  void send(std::span<const std::byte> message) {
    room_.await([&] { return buffer_.try_send(message); });
    message_.tell_one();
  }
  void receive(std::span<std::byte> into) {
    message_.await([&] { return buffer_.try_receive(into); });
    room_.tell_one();
  }

 private:
  using Count = typename Env::template Atomic<std::uint32_t>;
  struct Shared {
    Count without_room{0};
    Count without_message{0};
  };

  static Config signal_config(Config config) {
    config.initial_permits = 0;
    return config;
  }

  /// Offsets from the start of the memory; the buffer lies at 0.
  struct Layout {
    explicit Layout(const Config& config) {
      const Footprint buffer = Buffer::footprint(config);
      const Footprint signal = S::footprint(signal_config(config));
      alignment = std::max({buffer.alignment, signal.alignment, alignof(Shared)});
      room = align_up(buffer.bytes, std::max(signal.alignment, line_pair_bytes));
      message = align_up(room + signal.bytes, std::max(signal.alignment, line_pair_bytes));
      shared = align_up(message + signal.bytes, alignof(Shared));
    }
    std::size_t alignment;
    std::size_t room;
    std::size_t message;
    std::size_t shared;
  };

  /// What one side of the buffer is waited for with.
  class Sleepers {
   public:
    Sleepers(S signal, Count& count) : signal_(std::move(signal)), count_(count) {}

    /// Until `attempt`, which works under the lock, succeeds.
    template <class Attempt>
    void await(Attempt attempt) {
      while (!attempt()) {
        // relaxed: the lock in the attempt that follows orders it before the look in tell_one()
        count_.fetch_add(1, std::memory_order_relaxed);
        if (attempt()) {
          // Somebody else has taken one off already, and posts for it.
          if (!take_one_off()) { signal_.wait(); }
          return;
        }
        signal_.wait();
      }
    }
    /// To be called after each change that one of them may have waited for.
    void tell_one() {
      if (take_one_off()) { signal_.post(); }
    }

   private:
    bool take_one_off() {
      // relaxed, all three: the count carries no data, and the lock has ordered the note of who found nothing before this look
      std::uint32_t seen = count_.load(std::memory_order_relaxed);
      while (seen != 0) {
        if (count_.compare_exchange_weak(seen, seen - 1, std::memory_order_relaxed, std::memory_order_relaxed)) { return true; }
      }
      return false;
    }

    S signal_;
    Count& count_;
  };

  BlockingBuffer(std::byte* memory, const Layout& layout, const Config& config, Participant self)
      : buffer_(memory, config, self),
        shared_(*std::launder(reinterpret_cast<Shared*>(memory + layout.shared))),
        room_(S(memory + layout.room, signal_config(config), self), shared_.without_room),
        message_(S(memory + layout.message, signal_config(config), self), shared_.without_message) {}

  Buffer buffer_;
  Shared& shared_;
  Sleepers room_;
  Sleepers message_;
};

}  // namespace shmlab
