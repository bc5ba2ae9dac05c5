#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"

namespace shmlab::strategies::eventcount {

/// What lets somebody sleep until a condition holds that lies elsewhere, and costs one look where nobody sleeps. One futex word: the lowest bit says
/// that there may be sleepers, the others count the events.
///
///     waiting: key = prepare(); if the condition holds, go on without commit(); else commit(key), and from the start
///     telling: make the condition hold; notify()
///
/// prepare() writes the bit and then looks at the condition, notify() comes after a write to the condition and looks at the bit: of the two one sees
/// the other's write, as all four are sequentially consistent. So the condition has to be read and written with memory_order_seq_cst. An event
/// between prepare() and the sleep changes the word, which the kernel compares with the key. (After 2^31 events in between it is the same again.)
template <class Env>
class Event {
 public:
  using Key = std::uint32_t;
  explicit Event(Key events) : word_(events << 1U) {}

  [[nodiscard]] Key prepare() {
    // seq_cst: see above
    // audit, the write: without it nobody sleeps, and who waits polls
    return word_.fetch_or(sleepers, std::memory_order_seq_cst) | sleepers;
  }
  /// Sleeps unless something has happened since prepare(). Who gives up after prepare(), here or before, leaves the bit: at worst one needless wake.
  void commit(Key key) { Env::futex_wait(word_, key); }
  /// false: the deadline has passed, and nothing has happened.
  bool commit_until(Key key, env::Deadline deadline) {
    // audit, the comparison: who sleeps through an event gives up at the deadline, so nobody is stuck without it
    return Env::futex_wait_until(word_, key, deadline);
  }

  void notify() {
    // seq_cst: see above
    Key seen = word_.load(std::memory_order_seq_cst);
    if ((seen & sleepers) == 0) { return; }
    // The sum takes the bit away and counts. relaxed: the condition carries the data. Where it fails another one has notified since the look; whom
    // that does not wake has prepared after it, and sees the condition.
    if (word_.compare_exchange_strong(seen, seen + 1, std::memory_order_relaxed, std::memory_order_relaxed)) {
      Env::futex_wake(word_, everybody);
    }
  }

 private:
  static constexpr Key sleepers = 1;
  static constexpr std::uint32_t everybody = std::numeric_limits<std::int32_t>::max();

  typename Env::template Atomic<std::uint32_t> word_;
};

/// Permits in a counter, and an eventcount for who finds none. A post wakes all who sleep, and those for whom there is no permit sleep again: so a
/// waiter that dies takes no wake with it. A poster that dies between its count of the event and the wake may leave sleepers that no later post
/// knows of.
template <class Env>
class Eventcount {
 public:
  static constexpr Descriptor descriptor{
      .name = "eventcount",
      .summary = "a counter of permits and a futex eventcount: post() makes no system call unless somebody sleeps",
      .source = "Reed, Kanodia, Synchronization with Eventcounts and Sequencers, CACM 22(2), 1979; futex(2)",
      .waiting = Waiting::parks,
      .contract = {.waiter = OnDeath::unaffected, .poster = OnDeath::blocks}};

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) { new (memory) Shared(config); }

  Eventcount(void* memory, const Config& /*config*/, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))) {}

  void post() {
    // seq_cst: see Event; as a release it pairs with the acquire in try_wait().
    shared_.permits.fetch_add(1, std::memory_order_seq_cst);
    shared_.more.notify();
  }
  void wait() {
    while (!try_wait()) {
      const auto key = shared_.more.prepare();
      if (try_wait()) { return; }
      shared_.more.commit(key);
    }
  }
  bool wait_for(std::chrono::nanoseconds time) {
    if (try_wait()) { return true; }
    const env::Deadline deadline = env::deadline_after(Env::now(), time);
    for (bool in_time = true; in_time;) {
      const auto key = shared_.more.prepare();
      if (try_wait()) { return true; }
      in_time = shared_.more.commit_until(key, deadline);
    }
    return try_wait();
  }

 private:
  struct Shared {
    explicit Shared(const Config& config)
        : permits(config.initial_permits), more(static_cast<std::uint32_t>(config.first_sequence)) {}
    typename Env::template Atomic<std::uint64_t> permits;
    Event<Env> more;
  };

  /// Takes a permit if there is one.
  bool try_wait() {
    // seq_cst: see Event
    std::uint64_t seen = shared_.permits.load(std::memory_order_seq_cst);
    while (seen != 0) {
      // acquire: pairs with post(). relaxed on failure, which finds another number: if that is none, somebody else has had the last one.
      if (shared_.permits.compare_exchange_weak(seen, seen - 1, std::memory_order_acquire, std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

  Shared& shared_;
};

using Plugins = Variants<Eventcount>;

}  // namespace shmlab::strategies::eventcount
