#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

/// Read-write locks of a writer's flag and a count of readers, whose readers do not see the writer.
namespace shmlab::strategies::broken_rwlock {

/// The flag, the count, and the writer's side of them, which is sound where a reader that has counted itself looks at the flag again, and all four
/// of these accesses, whose order this is, are sequentially consistent: then of reader and writer one sees the other.
template <class Env, std::memory_order announced>
class FlagAndCount {
 public:
  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  explicit FlagAndCount(void* memory) : shared_(*std::launder(static_cast<Shared*>(memory))) {}

  Acquired lock() {
    Patience<Env> patience;
    // acquire at least, both: pair with the releases in unlock() and unlock_shared().
    while (shared_.writing.exchange(yes, announced) == yes) { patience.poll(); }
    while (shared_.readers.load(announced) != 0) { patience.poll(); }
    return Acquired::clean;
  }
  // release: pairs with the acquires in lock() and await_writer().
  void unlock() { shared_.writing.store(no, std::memory_order_release); }
  // release: pairs with the acquire in lock().
  void unlock_shared() { shared_.readers.fetch_sub(1, std::memory_order_release); }

 protected:
  enum Writing : std::uint32_t { no, yes };
  struct Shared {
    typename Env::template Atomic<std::uint32_t> writing{no};
    typename Env::template Atomic<std::uint32_t> readers{0};
  };

  /// acquire at least: pairs with the release in unlock().
  [[nodiscard]] bool is_writing() const { return shared_.writing.load(announced) == yes; }
  void await_writer() const {
    for (Patience<Env> patience; is_writing();) { patience.poll(); }
  }
  void count_in() { shared_.readers.fetch_add(1, announced); }

 private:
  Shared& shared_;
};

constexpr Descriptor described(const char* name, const char* summary, const char* source, const char* caught_by) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .waiting = Waiting::spins,
          .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks, .reader = OnDeath::blocks},
          .caught_by = caught_by};
}

/// Broken on purpose: a reader looks at the flag, and then counts itself; to look and to count have to be one step, or it has to look again. A writer
/// that comes in between finds nobody counted, and both are inside.
template <class Env>
class BrokenRwlockSplitCount : public FlagAndCount<Env, std::memory_order_seq_cst> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_rwlock_split_count", "read-write lock whose reader looks for a writer before it is counted, and not after",
      "control: Courtois, Heymans, Parnas, Concurrent Control with Readers and Writers, CACM 14(10), 1971", "schedules");
  BrokenRwlockSplitCount(void* memory, const Config& /*config*/, Participant /*self*/)
      : FlagAndCount<Env, std::memory_order_seq_cst>(memory) {}

  Acquired lock_shared() {
    this->await_writer();
    this->count_in();
    return Acquired::clean;
  }
};

/// Broken on purpose: a reader looks again, but count and look are not sequentially consistent, nor are the writer's flag and look. Each may see
/// what was before the other's write (store buffering), and both are inside.
template <class Env>
class BrokenRwlockUnfenced : public FlagAndCount<Env, std::memory_order_acquire> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_rwlock_unfenced", "read-write lock whose reader and writer may each miss the other's announcement",
                "control: [atomics.order], acquire and release do not order a store before a later load", "explorer");
  BrokenRwlockUnfenced(void* memory, const Config& /*config*/, Participant /*self*/)
      : FlagAndCount<Env, std::memory_order_acquire>(memory) {}

  Acquired lock_shared() {
    for (;;) {
      this->await_writer();
      this->count_in();
      if (!this->is_writing()) { return Acquired::clean; }
      this->unlock_shared();
    }
  }
};

using Plugins = Variants<BrokenRwlockSplitCount, BrokenRwlockUnfenced>;

}  // namespace shmlab::strategies::broken_rwlock
