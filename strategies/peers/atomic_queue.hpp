#pragma once

#include <cstdint>
#include <string>

#include "contract/absent.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

#if __has_include(<atomic_queue/atomic_queue.h>)
#include <atomic_queue/atomic_queue.h>

#include "strategies/peers/parts/fixed_queue.hpp"
#include "strategies/peers/parts/polled_queue.hpp"
#endif

namespace shmlab::strategies::atomic_queue {

#if __has_include(<atomic_queue/atomic_queue.h>)
/// The form for elements of any kind, with a state for each; the faster one for atomic elements takes one value to mean "none", and a message may have
/// any. Its storage is part of the object. It is asked by try_push() and try_pop(), since what waits inside push() gives its CPU to nobody.
/// The form for several producers and consumers is not here: with more than one consumer a message may overtake an older one of the same producer.
struct Atomic {
  template <class T, unsigned capacity>
  using Queue = ::atomic_queue::AtomicQueue2<T, capacity, true, true, false, true>;

  template <class T, class Q>
  static bool push(Q& queue, const T& element) {
    return queue.try_push(element);
  }
  template <class T, class Q>
  static bool pop(Q& queue, T& element) {
    return queue.try_pop(element);
  }
};
template <class Env>
using Base = peers::PolledQueue<Env, peers::FixedQueue<Atomic>>;
inline constexpr std::uint32_t most_bytes = peers::FixedQueue<Atomic>::most_bytes;
inline constexpr std::uint32_t most_messages = peers::FixedQueue<Atomic>::most_messages;
inline constexpr const char* missing = "";
#else
template <class Env>
using Base = AbsentChannel;
inline constexpr std::uint32_t most_bytes = 0;
inline constexpr std::uint32_t most_messages = 0;
inline constexpr const char* missing = "this build lacks atomic_queue (Debian package libatomic-queue-dev)";
#endif

inline constexpr const char* source = "M. Egorushkin, atomic_queue, AtomicQueue2 (Debian package libatomic-queue-dev)";
/// A place is taken before it is filled or emptied, and the other side waits for it.
inline constexpr DeathContract contract{.waiter = OnDeath::blocks, .producer = OnDeath::blocks, .consumer = OnDeath::blocks};

template <class Env>
class AtomicQueueSpsc : public Base<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "atomic_queue_spsc",
      .summary = "atomic_queue between one producer and one consumer; waits by polling",
      .source = source,
      .limits = {.writers = 1, .readers = 1, .payload_bytes = most_bytes, .capacity = most_messages},
      .waiting = Waiting::spins,
      .contract = contract};
  static std::string unavailable() { return missing; }
  using Base<Env>::Base;
};

using Plugins = Variants<AtomicQueueSpsc>;

}  // namespace shmlab::strategies::atomic_queue
