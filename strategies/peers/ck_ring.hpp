#pragma once

#include <string>

#include "contract/absent.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

#if __has_include(<ck_ring_for_cxx.h>)
#include <ck_ring_for_cxx.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>

#include "contract/config.hpp"
#include "strategies/peers/parts/polled_queue.hpp"
#include "strategies/peers/parts/thread_sanitizer.hpp"
#endif

namespace shmlab::strategies::ck_ring {

#if __has_include(<ck_ring_for_cxx.h>)
/// The ring, and behind it its slots. The functions are those that CK_RING_PROTOTYPE makes typed ones of, which are C: so the size of an element may be
/// one of the case. They are inlined (cmake/ConcurrencyKit.cmake). The ring holds one message less than it has slots, whose number is a power of two.
template <bool one_to_one>
class Messages {
 public:
  static Footprint footprint(const Config& config) {
    return {slots_at + std::size_t{slot_count(config)} * config.payload_bytes, line_pair_bytes};
  }
  static void create(void* memory, const Config& config) { ck_ring_init(new (memory)::ck_ring{}, slot_count(config)); }
  Messages(void* memory, const Config& config)
      : ring_(std::launder(static_cast<::ck_ring*>(memory))),
        slots_(static_cast<std::byte*>(memory) + slots_at),
        payload_(config.payload_bytes) {}

  bool try_send(std::span<const std::byte> message) {
    return with_size([&](auto bytes) {
      if constexpr (one_to_one) {
        return _ck_ring_enqueue_sp(ring_, slots_, message.data(), bytes, nullptr);
      } else {
        return _ck_ring_enqueue_mp(ring_, slots_, message.data(), bytes, nullptr);
      }
    });
  }
  bool try_receive(std::span<std::byte> into) {
    return with_size([&](auto bytes) {
      if constexpr (one_to_one) {
        return _ck_ring_dequeue_sc(ring_, slots_, into.data(), bytes);
      } else {
        return _ck_ring_dequeue_mc(ring_, slots_, into.data(), bytes);
      }
    });
  }

 private:
  static constexpr std::size_t slots_at = align_up(sizeof(::ck_ring), line_pair_bytes);
  static std::uint32_t slot_count(const Config& config) { return std::bit_ceil(config.capacity + 1); }

  /// The usual sizes as constants, as in the typed functions.
  template <class Call>
  bool with_size(Call call) {
    switch (payload_) {
      case 8: return call(std::integral_constant<unsigned, 8>{});
      case 64: return call(std::integral_constant<unsigned, 64>{});
      default: return call(payload_);
    }
  }

  ::ck_ring* ring_;
  std::byte* slots_;
  unsigned payload_;
};
template <class Env, bool one_to_one>
using Base = peers::PolledQueue<Env, Messages<one_to_one>>;
inline constexpr const char* missing = peers::unseen_atomics;
#else
template <class Env, bool one_to_one>
using Base = AbsentChannel;
inline constexpr const char* missing = "this build lacks Concurrency Kit (Debian package libck-dev)";
#endif

inline constexpr const char* source = "Concurrency Kit 0.7.1, ck_ring.h (Debian package libck-dev)";

template <class Env>
class CkRing : public Base<Env, true> {
 public:
  static constexpr Descriptor descriptor{
      .name = "ck_ring",
      .summary = "Concurrency Kit's ring between one producer and one consumer; waits by polling",
      .source = source,
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::spins,
      // One store hands a message over.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};
  static std::string unavailable() { return missing; }
  using Base<Env, true>::Base;
};

template <class Env>
class CkRingMpmc : public Base<Env, false> {
 public:
  static constexpr Descriptor descriptor{
      .name = "ck_ring_mpmc",
      .summary = "Concurrency Kit's ring for any number of producers and consumers; waits by polling",
      .source = source,
      .waiting = Waiting::spins,
      // A producer takes its slot before it fills it, and those after it wait for that; a consumer takes its message in one exchange.
      .contract = {.waiter = OnDeath::blocks, .producer = OnDeath::blocks, .consumer = OnDeath::unaffected}};
  static std::string unavailable() { return missing; }
  using Base<Env, false>::Base;
};

using Plugins = Variants<CkRing, CkRingMpmc>;

}  // namespace shmlab::strategies::ck_ring
