#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "contract/absent.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

#if __has_include(<boost/lockfree/spsc_queue.hpp>)
#include <boost/lockfree/spsc_queue.hpp>

#include "strategies/peers/parts/fixed_queue.hpp"
#include "strategies/peers/parts/polled_queue.hpp"
#endif

namespace shmlab::strategies::boost_spsc_queue {

#if __has_include(<boost/lockfree/spsc_queue.hpp>)
/// The form with a capacity that is known when it is compiled: its storage is part of the object. (The other keeps an address.)
struct Spsc {
  template <class T, unsigned capacity>
  using Queue = boost::lockfree::spsc_queue<T, boost::lockfree::capacity<capacity>>;

  template <class T, class Q>
  static bool push(Q& queue, const T& element) {
    return queue.push(element);
  }
  template <class T, class Q>
  static bool pop(Q& queue, T& element) {
    return queue.pop(element);
  }
  template <class T, class Q>
  static std::size_t push(Q& queue, const T* elements, std::size_t count) {
    return queue.push(elements, count);
  }
  template <class T, class Q>
  static std::size_t pop(Q& queue, T* elements, std::size_t count) {
    return queue.pop(elements, count);
  }
};
template <class Env>
using Base = peers::PolledQueue<Env, peers::FixedQueue<Spsc>>;
/// The calls that move several messages beside those that move one.
template <class Env>
class BulkBase : public Base<Env> {
 public:
  BulkBase(void* memory, const Config& config, Participant self) : Base<Env>(memory, config, self), queue_(memory, config) {}

  std::size_t send_bulk(std::span<const std::byte> messages) { return queue_.send_bulk(messages); }
  std::size_t receive_bulk(std::span<std::byte> into) { return queue_.receive_bulk(into); }

 private:
  peers::FixedQueue<Spsc> queue_;
};
inline constexpr Limits limits{.writers = 1,
                               .readers = 1,
                               .payload_bytes = peers::FixedQueue<Spsc>::most_bytes,
                               .capacity = peers::FixedQueue<Spsc>::most_messages};
inline constexpr const char* missing = "";
#else
template <class Env>
using Base = AbsentChannel;
template <class Env>
using BulkBase = AbsentBulkChannel;
inline constexpr Limits limits{};
inline constexpr const char* missing = "this build lacks Boost.Lockfree (Debian package libboost-dev)";
#endif

template <class Env>
class BoostSpscQueue : public Base<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "boost_spsc_queue",
      .summary = "Boost.Lockfree's ring between one producer and one consumer; waits by polling",
      .source = "boost::lockfree::spsc_queue with a fixed capacity, Boost 1.74 (Debian package libboost-dev)",
      .limits = limits,
      .waiting = Waiting::spins,
      // One store hands a message over.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};

  static std::string unavailable() { return missing; }
  using Base<Env>::Base;
};

template <class Env>
class BoostSpscQueueBulk : public BulkBase<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "boost_spsc_queue_bulk",
      .summary = "the same with its calls that move several messages",
      .source =
          "boost::lockfree::spsc_queue::push(const T*, size_type), pop(T*, size_type), Boost 1.74 (Debian package libboost-dev)",
      .limits = limits,
      .waiting = Waiting::spins,
      // As above: one store hands all messages of a call over.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};

  static std::string unavailable() { return missing; }
  using BulkBase<Env>::BulkBase;
};

using Plugins = Variants<BoostSpscQueue, BoostSpscQueueBulk>;

}  // namespace shmlab::strategies::boost_spsc_queue
