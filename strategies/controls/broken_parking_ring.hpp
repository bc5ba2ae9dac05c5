#pragma once

#include <atomic>
#include <cstdint>

#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "strategies/spsc_ring.hpp"

/// The ring whose waits park, over counts that lose a wake-up, each in another way. (ParkingCount in strategies/spsc_ring.hpp is right.)
namespace shmlab::strategies::broken_parking_ring {

/// What the counts share: the two words, and the poll before the sleep.
template <class Env>
class Counted {
 public:
  struct Memory {};
  void attach() {}
  static constexpr bool is_polled() { return true; }
  /// acquire: pairs with the store of the count in advance(), a release at least.
  [[nodiscard]] std::uint64_t read() const { return count_.load(std::memory_order_acquire); }

 protected:
  enum Sleeper : std::uint32_t { awake, asleep };

  /// The count if it has moved from `seen` within the spin limit, or `seen`.
  [[nodiscard]] std::uint64_t poll(std::uint64_t seen) const {
    std::uint64_t count = read();
    for (Patience<Env> patience; count == seen && !patience.exhausted(); count = read()) { patience.poll(); }
    return count;
  }
  /// `order`: before the load of the word, for which only seq_cst is strong enough.
  void store(std::uint64_t to, std::memory_order order) { count_.store(to, order); }
  void wake_if_asleep(std::memory_order order) {
    if (sleeper_.load(order) == asleep) {
      // relaxed: carries no data.
      sleeper_.store(awake, std::memory_order_relaxed);
      Env::futex_wake(sleeper_, the_sleeper);
    }
  }
  /// Announces itself and sleeps, after a second look at the count, until the count is no longer `seen`.
  std::uint64_t park(std::uint64_t seen, std::memory_order announce, std::memory_order look) {
    while (true) {
      sleeper_.store(asleep, announce);
      const std::uint64_t count = count_.load(look);
      if (count != seen) {
        // relaxed: at worst the next advance() makes a needless wake.
        sleeper_.store(awake, std::memory_order_relaxed);
        return count;
      }
      Env::futex_wait(sleeper_, asleep);
    }
  }

  static constexpr std::uint32_t the_sleeper = 1;
  typename Env::template Atomic<std::uint64_t> count_{0};
  typename Env::template Atomic<std::uint32_t> sleeper_{awake};
};

/// Sleeps right after the announcement, where a second look at the count is right. What is sent between the last poll and the
/// announcement wakes nobody, since nobody was announced then, and is not noticed.
template <class Env>
class UnheedingCount : public Counted<Env> {
 public:
  void advance(std::uint64_t to) {
    // seq_cst, both: pair with the announcement in await_after(), which lacks its second half.
    this->store(to, std::memory_order_seq_cst);
    this->wake_if_asleep(std::memory_order_seq_cst);
  }
  std::uint64_t await_after(std::uint64_t seen, typename Counted<Env>::Memory& /*memory*/) {
    std::uint64_t count = this->poll(seen);
    while (count == seen) {
      // seq_cst: before a load of the count that is missing; pairs with the load of the word in advance().
      this->sleeper_.store(Counted<Env>::asleep, std::memory_order_seq_cst);
      Env::futex_wait(this->sleeper_, Counted<Env>::asleep);
      count = this->read();
    }
    return count;
  }
};

/// Looks for a sleeper and wakes it, and stores the count then; the other way round is right. Who announces itself between the two still
/// sees the old count, or the woken one does, and sleeps; the count moves, and nobody wakes it.
template <class Env>
class HastyCount : public Counted<Env> {
 public:
  void advance(std::uint64_t to) {
    // seq_cst, both: as in the right order, which they are not in.
    this->wake_if_asleep(std::memory_order_seq_cst);
    this->store(to, std::memory_order_seq_cst);
  }
  std::uint64_t await_after(std::uint64_t seen, typename Counted<Env>::Memory& /*memory*/) {
    const std::uint64_t count = this->poll(seen);
    // seq_cst, both: pair with advance().
    return count != seen ? count : this->park(seen, std::memory_order_seq_cst, std::memory_order_seq_cst);
  }
};

/// Release and acquire where all four accesses have to be sequentially consistent. Each side may then load before its own store is
/// visible to the other (x86 does that too: both stores wait in their buffers): the waker sees nobody asleep, the sleeper the old count.
template <class Env>
class BufferedCount : public Counted<Env> {
 public:
  void advance(std::uint64_t to) {
    // release: pairs with read(); wrong, since it lets the load of the word go first. acquire: orders nothing that came before.
    this->store(to, std::memory_order_release);
    this->wake_if_asleep(std::memory_order_acquire);
  }
  std::uint64_t await_after(std::uint64_t seen, typename Counted<Env>::Memory& /*memory*/) {
    const std::uint64_t count = this->poll(seen);
    // release: wrong, since it lets the load of the count go first. acquire: pairs with the release in advance().
    return count != seen ? count : this->park(seen, std::memory_order_release, std::memory_order_acquire);
  }
};

constexpr Descriptor described(const char* name, const char* summary, const char* source, const char* caught_by) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .limits = spsc_ring::one_to_one,
          .waiting = Waiting::spins_then_parks,
          .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::blocks, .consumer = OnDeath::blocks},
          .caught_by = caught_by};
}

/// Broken on purpose: see UnheedingCount.
template <class Env>
class BrokenParkingRingNoSecondLook : public spsc_ring::Ring<Env, UnheedingCount<Env>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_parking_ring_no_second_look", "parking ring that sleeps without looking again after it announced itself",
                "control: futex(2), the look between announcement and FUTEX_WAIT", "schedules");
  using spsc_ring::Ring<Env, UnheedingCount<Env>>::Ring;
};

/// Broken on purpose: see HastyCount.
template <class Env>
class BrokenParkingRingEarlyWake : public spsc_ring::Ring<Env, HastyCount<Env>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_parking_ring_early_wake", "parking ring that wakes its partner first and hands the message over then",
                "control: the order of store and wake, inverted", "schedules");
  using spsc_ring::Ring<Env, HastyCount<Env>>::Ring;
};

/// Broken on purpose: see BufferedCount.
template <class Env>
class BrokenParkingRingStoreBuffer : public spsc_ring::Ring<Env, BufferedCount<Env>> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_parking_ring_store_buffer", "parking ring whose store of one word and load of the other may change places",
      "control: store buffering; Sewell et al., x86-TSO, CACM 53(7), 2010", "explorer");
  using spsc_ring::Ring<Env, BufferedCount<Env>>::Ring;
};

using Plugins = Variants<BrokenParkingRingNoSecondLook, BrokenParkingRingEarlyWake, BrokenParkingRingStoreBuffer>;

}  // namespace shmlab::strategies::broken_parking_ring
