#pragma once

#include <atomic>
#include <cstdint>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/model.hpp"
#include "strategies/spsc_ring_watched.hpp"

/// The watched ring, each time with one line wrong. Without a death they hold, and each declares what the sound one does.
namespace shmlab::strategies::broken_spsc_ring_watched {

constexpr Descriptor described(const char* name, const char* summary, const char* source) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .limits = {.writers = 1, .readers = 1},
          .waiting = Waiting::spins_then_parks,
          .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::recovers, .consumer = OnDeath::recovers},
          .caught_by = "explorer"};
}

/// An Env whose robust list stays empty, though words may be pending.
template <class Env>
struct NoList : Env {
  static void robust_add(typename Env::RobustWord& /*word*/) {}
  static void robust_remove(typename Env::RobustWord& /*word*/) {}
};

/// Broken on purpose: the words of the two sides are on no robust list. Who sleeps when its peer dies sleeps for ever, also when somebody has
/// taken the place: that one finds the dead still playing.
template <class Env>
class BrokenSpscRingWatchedNoList : public spsc_ring_watched::WatchedRing<NoList<Env>, spsc_ring_watched::Side<NoList<Env>>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_spsc_ring_watched_no_list", "watched ring whose sides are on no robust list: a death wakes nobody",
                "control: set_robust_list(2)");
  using spsc_ring_watched::WatchedRing<NoList<Env>, spsc_ring_watched::Side<NoList<Env>>>::WatchedRing;
};

/// A side that says that nobody sleeps before it wakes the sleeper.
template <class Env>
class EarlyClear : public spsc_ring_watched::Side<Env> {
 public:
  void advance(std::uint64_t to) {
    this->count_.store(to, std::memory_order_seq_cst);  // seq_cst: as in Side
    const std::uint32_t seen = this->life_.word.load(std::memory_order_seq_cst);
    if ((seen & env::futex_waiters) != 0) {
      // relaxed: carries no data. What is wrong is the place: it belongs behind the wake.
      this->life_.word.store(seen & env::futex_tid_mask, std::memory_order_relaxed);
      Env::futex_wake(this->life_.word, this->the_other_side);
    }
  }
};

/// Broken on purpose: advance() takes futex_waiters out of the word before it wakes. Who dies in between has nobody woken by the kernel either: the
/// peer sleeps beside what it waits for.
template <class Env>
class BrokenSpscRingWatchedEarlyClear : public spsc_ring_watched::WatchedRing<Env, EarlyClear<Env>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_spsc_ring_watched_early_clear", "watched ring that forgets its sleeper before the wake is done",
                "control: Linux, Documentation/locking/robust-futex-ABI.rst, FUTEX_WAITERS");
  using spsc_ring_watched::WatchedRing<Env, EarlyClear<Env>>::WatchedRing;
};

using Plugins = Variants<BrokenSpscRingWatchedNoList, BrokenSpscRingWatchedEarlyClear>;

}  // namespace shmlab::strategies::broken_spsc_ring_watched
