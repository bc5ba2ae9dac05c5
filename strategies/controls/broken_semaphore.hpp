#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

/// A counting semaphore on a futex, each time with one line wrong.
namespace shmlab::strategies::broken_semaphore {

/// The semaphore as it is right: a word of permits, on which waiters sleep while it is 0, and a count of those who may be asleep.
/// No wake is lost: post() adds the permit before it looks for sleepers, and a waiter counts itself before the kernel looks at the
/// permits; all of it sequentially consistent.
template <class Env>
class Permits {
 public:
  struct Shared {
    explicit Shared(std::uint32_t initial) : permits(initial) {}
    typename Env::template Atomic<std::uint32_t> permits;
    typename Env::template Atomic<std::uint32_t> sleepers{0};
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) { new (memory) Shared(config.initial_permits); }
  Permits(void* memory, const Config& /*config*/, Participant /*self*/) : shared_(*std::launder(static_cast<Shared*>(memory))) {}

  void post() {
    // seq_cst: before the load of the sleepers; pairs with the acquire in take(), as a release too.
    shared_.permits.fetch_add(1, std::memory_order_seq_cst);
    wake_one();
  }
  void wait() {
    while (!take()) { sleep(); }
  }

 protected:
  /// false: there is no permit.
  bool take() {
    // relaxed: the compare-exchange looks again.
    std::uint32_t seen = shared_.permits.load(std::memory_order_relaxed);
    while (seen != 0) {
      // acquire: pairs with post(). relaxed on failure: it looks again.
      if (shared_.permits.compare_exchange_weak(seen, seen - 1, std::memory_order_acquire, std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }
  /// Until a permit may be there.
  void sleep() {
    // seq_cst: before the kernel's look at the permits; pairs with the load in wake_one().
    shared_.sleepers.fetch_add(1, std::memory_order_seq_cst);
    Env::futex_wait(shared_.permits, 0);
    // relaxed: at worst a post() makes a needless wake.
    shared_.sleepers.fetch_sub(1, std::memory_order_relaxed);
  }
  void wake_one() {
    // seq_cst: after the permit was added; pairs with the announcement in sleep().
    if (shared_.sleepers.load(std::memory_order_seq_cst) != 0) { Env::futex_wake(shared_.permits, 1); }
  }

  Shared& shared_;
};

constexpr Descriptor described(const char* name, const char* summary, const char* source, OnDeath holder, const char* caught_by) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .waiting = Waiting::parks,
          .contract = {.holder = holder, .waiter = OnDeath::blocks, .poster = OnDeath::blocks},
          .caught_by = caught_by};
}

/// Broken on purpose: post() loads the permits and stores one more; it has to be a fetch-add. Of two posts at the same time one is lost,
/// and of a permit that is taken between the two there are two. No lock: as one, the only holder posts, and nobody is in between.
template <class Env>
class BrokenSemaphoreSplitPost : public Permits<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_semaphore_split_post", "semaphore with a plain increment: permits are lost, or taken twice",
                "control: [atomics.types.operations], fetch-add taken apart", OnDeath::not_applicable, "schedules");
  using Permits<Env>::Permits;

  void post() {
    // relaxed: the load carries no data. seq_cst: as in the sound post(). Whoever posts or takes between the two is overwritten.
    this->shared_.permits.store(this->shared_.permits.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
    this->wake_one();
  }
};

/// Broken on purpose: wait() loads the permits and stores one less; it has to be a compare-exchange. Two that wait may take the same
/// permit.
template <class Env>
class BrokenSemaphoreSplitWait : public Permits<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_semaphore_split_wait", "semaphore with a plain decrement: two may take the same permit",
                "control: [atomics.types.operations], compare-exchange taken apart", OnDeath::blocks, "invariant");
  using Permits<Env>::Permits;

  void wait() {
    // acquire: pairs with post().
    std::uint32_t seen = this->shared_.permits.load(std::memory_order_acquire);
    for (; seen == 0; seen = this->shared_.permits.load(std::memory_order_acquire)) { this->sleep(); }
    // relaxed: as the compare-exchange it stands for, which releases nothing. Whoever came since the load is overwritten.
    this->shared_.permits.store(seen - 1, std::memory_order_relaxed);
  }
  Acquired lock() {
    wait();
    return Acquired::clean;
  }
  void unlock() { this->post(); }
};

/// Broken on purpose: who wakes takes a permit without looking whether there is one; it has to start again. A newcomer may have taken it
/// before, or the sleep may have ended for no reason (futex(2)); the count then falls below 0, which is 4,294,967,295 permits.
template <class Env>
class BrokenSemaphoreTrustingWait : public Permits<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_semaphore_trusting_wait", "semaphore whose woken waiters take a permit unseen",
                "control: futex(2): who returns from FUTEX_WAIT has to look again", OnDeath::blocks, "invariant");
  using Permits<Env>::Permits;

  void wait() {
    if (this->take()) { return; }
    this->sleep();
    // acquire: pairs with post(). An `if` where a `while` is right.
    this->shared_.permits.fetch_sub(1, std::memory_order_acquire);
  }
  Acquired lock() {
    wait();
    return Acquired::clean;
  }
  void unlock() { this->post(); }
};

using Plugins = Variants<BrokenSemaphoreSplitPost, BrokenSemaphoreSplitWait, BrokenSemaphoreTrustingWait>;

}  // namespace shmlab::strategies::broken_semaphore
