#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/backoff.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::ttas_lock {

/// The flag, and how it is waited for: `wait` says what is done between two looks.
template <class Env>
class Flag {
 public:
  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  explicit Flag(void* memory) : flag_(std::launder(static_cast<Shared*>(memory))->flag) {}

  template <class Wait>
  Acquired take(Wait wait) {
    // acquire: pairs with the release in unlock().
    while (flag_.exchange(held, std::memory_order_acquire) == held) {
      do {
        wait();
        // relaxed: only says whether to try.
      } while (flag_.load(std::memory_order_relaxed) == held);
    }
    return Acquired::clean;
  }
  // release: pairs with the acquire in take().
  void unlock() { flag_.store(free, std::memory_order_release); }

 private:
  enum State : std::uint32_t { free, held };
  struct Shared {
    alignas(cache_line_bytes) typename Env::template Atomic<std::uint32_t> flag{free};
  };
  typename Env::template Atomic<std::uint32_t>& flag_;
};

inline constexpr const char* source = "Anderson, The Performance of Spin Lock Alternatives, IEEE TPDS 1(1), 1990";

/// One flag. Whoever finds it held looks on without writing, so that the line stays shared, and backs off between looks. Not fair: who has just
/// given the lock has the line and is likely to get it again; nothing bounds how long another waits.
template <class Env>
class TtasLock : public Flag<Env> {
 public:
  static constexpr Descriptor descriptor{.name = "ttas_lock",
                                         .summary = "test and test-and-set with bounded exponential backoff; not fair",
                                         .source = source,
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::unaffected}};

  TtasLock(void* memory, const Config& /*config*/, Participant /*self*/) : Flag<Env>(memory) {}

  Acquired lock() {
    Backoff<Env> backoff;
    return Flag<Env>::take([&] { backoff.pass(); });
  }
};

using Plugins = Variants<TtasLock>;

}  // namespace shmlab::strategies::ttas_lock
