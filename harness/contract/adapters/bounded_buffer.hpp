#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>

#include "contract/adapters/adapter_name.hpp"
#include "contract/adapters/under_lock.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/face.hpp"
#include "contract/strategy.hpp"

namespace shmlab {

/// Channel from a lock, for any number of producers and consumers: a ring of slots, and one word that says which of them are filled.
/// reserve() takes the lock and commit() gives it back, likewise front() and release(); who finds the buffer full or empty lets go of
/// the lock and polls. The word changes last and in one store, so whoever dies, the buffer is whole: a message that was being filled
/// is lost, one that was being taken is still there, and owner_died needs no repair.
/// In memory: the lock, then Shared, then the slots.
template <class Env, Exclusive L>
class BoundedBuffer {
 public:
  static constexpr Descriptor descriptor{
      .name = AdapterName<"bounded_buffer", L>::value,
      .summary = "a ring of messages filled and emptied under the lock; polls while full or empty",
      .source = "bounded buffer: Hoare, Monitors, CACM 17(10), 1974, with polling in place of conditions",
      .limits = {.participants = L::descriptor.limits.participants},
      .waiting = Waiting::spins,
      .contract = {.waiter = death_under_lock(L::descriptor.contract),
                   .producer = death_under_lock(L::descriptor.contract),
                   .consumer = death_under_lock(L::descriptor.contract)},
      .caught_by = L::descriptor.caught_by};
  static constexpr bool is_opaque = Opaque<L>;
  static constexpr bool is_modelled = Modelled<L>;
  static constexpr bool carries_descriptors = CarriesDescriptors<L>;

  static Footprint footprint(const Config& config) {
    const Layout layout(config);
    return {layout.slots + config.capacity * layout.stride, line_pair_bytes};
  }
  static void create(void* memory, const Config& config) {
    L::create(memory, lock_config(config));
    new (static_cast<std::byte*>(memory) + Layout(config).shared) Shared{};
  }
  static void retire(void* memory)
    requires Retirable<L>
  {
    L::retire(memory);
  }
  static void dispose(void* memory)
    requires Disposable<L>
  {
    L::dispose(memory);
  }
  static std::string unavailable()
    requires Conditional<L>
  {
    return L::unavailable();
  }

  BoundedBuffer(void* memory, const Config& config, Participant self)
      : BoundedBuffer(static_cast<std::byte*>(memory), Layout(config), config, self) {}

  std::span<std::byte> reserve() {
    lock_or_throw(lock_);
    const Filled filled = read_filled();
    if (filled.count == capacity_) {
      lock_.unlock();
      return {};
    }
    return {slot(filled.oldest + std::uint64_t{filled.count}), payload_};
  }
  void commit() {
    const Filled filled = read_filled();
    write_filled({.oldest = filled.oldest, .count = filled.count + 1});
    lock_.unlock();
  }

  std::span<const std::byte> front() {
    lock_or_throw(lock_);
    const Filled filled = read_filled();
    if (filled.count == 0) {
      lock_.unlock();
      return {};
    }
    return {slot(filled.oldest), payload_};
  }
  void release() {
    const Filled filled = read_filled();
    const std::uint32_t next = filled.oldest + 1 == capacity_ ? 0 : filled.oldest + 1;
    write_filled({.oldest = next, .count = filled.count - 1});
    lock_.unlock();
  }

  bool try_send(std::span<const std::byte> message) {
    const std::span<std::byte> slot = reserve();
    if (slot.empty()) { return false; }
    Env::copy_in(slot.data(), message.data(), payload_);
    commit();
    return true;
  }
  bool try_receive(std::span<std::byte> into) {
    const std::span<const std::byte> message = front();
    if (message.empty()) { return false; }
    Env::copy_out(into.data(), message.data(), payload_);
    release();
    return true;
  }
  void send(std::span<const std::byte> message) {
    for (Interval interval; !try_send(message);) { interval.pass(); }
  }
  void receive(std::span<std::byte> into) {
    for (Interval interval; !try_receive(into);) { interval.pass(); }
  }

 private:
  /// The filled slots: `count` of them, from slot `oldest` on, round the end.
  struct Filled {
    std::uint32_t oldest = 0;
    std::uint32_t count = 0;
  };

  struct Shared {
    typename Env::template Atomic<std::uint64_t> filled{0};  ///< Filled in one word: oldest above, count below
  };

  /// Offsets from the start of the memory; the lock lies at 0.
  struct Layout {
    explicit Layout(const Config& config)
        : shared(align_up(L::footprint(lock_config(config)).bytes, line_pair_bytes)),
          slots(align_up(shared + sizeof(Shared), cache_line_bytes)),
          stride(align_up(config.payload_bytes, alignof(std::uint64_t))) {}
    std::size_t shared;
    std::size_t slots;
    std::size_t stride;
  };

  /// Time between two polls, which keep the lock from the partner: grows from poll to poll, then gives the CPU away.
  class Interval {
   public:
    void pass() {
      if (pauses_ > longest) { return Env::yield(); }
      for (std::uint32_t i = 0; i < pauses_; ++i) { Env::pause(); }
      pauses_ *= 2;
    }

   private:
    static constexpr std::uint32_t longest = std::min<std::uint32_t>(64, Env::spin_limit);
    std::uint32_t pauses_ = 1;
  };

  BoundedBuffer(std::byte* memory, const Layout& layout, const Config& config, Participant self)
      : lock_(memory, lock_config(config), self),
        shared_(*std::launder(reinterpret_cast<Shared*>(memory + layout.shared))),
        slots_(memory + layout.slots),
        stride_(layout.stride),
        payload_(config.payload_bytes),
        capacity_(config.capacity) {}

  [[nodiscard]] Filled read_filled() const {
    // acquire: pairs with write_filled(), for a participant that died between it and its unlock().
    const std::uint64_t word = shared_.filled.load(std::memory_order_acquire);
    return {.oldest = static_cast<std::uint32_t>(word >> 32U), .count = static_cast<std::uint32_t>(word)};
  }
  void write_filled(Filled filled) {
    // release: the message comes before the word even for a death between them and unlock(); pairs with read_filled().
    shared_.filled.store(std::uint64_t{filled.oldest} << 32U | filled.count, std::memory_order_release);
  }
  [[nodiscard]] std::byte* slot(std::uint64_t index) const {
    return slots_ + (index < capacity_ ? index : index - capacity_) * stride_;
  }

  L lock_;
  Shared& shared_;
  std::byte* slots_;
  std::size_t stride_;
  std::size_t payload_;
  std::uint32_t capacity_;
};

}  // namespace shmlab
