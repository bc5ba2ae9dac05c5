#pragma once

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
};
template <class Env>
using Base = peers::PolledQueue<Env, peers::FixedQueue<Spsc>>;
inline constexpr Limits limits{.writers = 1,
                               .readers = 1,
                               .payload_bytes = peers::FixedQueue<Spsc>::most_bytes,
                               .capacity = peers::FixedQueue<Spsc>::most_messages};
inline constexpr const char* missing = "";
#else
template <class Env>
using Base = AbsentChannel;
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

using Plugins = Variants<BoostSpscQueue>;

}  // namespace shmlab::strategies::boost_spsc_queue
