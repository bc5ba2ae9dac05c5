#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::std_wait_semaphore {

/// Broken on purpose: a semaphore that sleeps by std::atomic's wait and wakes by its notify_one. It looks portable, and between threads it
/// is right; between processes Env::futex_wait and futex_wake are. libstdc++ sleeps on the word itself, but counts who waits in a table of
/// each process: who notifies finds nobody counted and makes no system call, and who sleeps in another process sleeps for ever.
template <class Env>
class StdWaitSemaphore {
 public:
  static constexpr Descriptor descriptor{
      .name = "std_wait_semaphore",
      .summary = "semaphore through std::atomic::wait, which reaches one process only",
      .source = "control: [atomics.wait], which promises nothing between processes",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks, .poster = OnDeath::blocks},
      .caught_by = "hang_watch"};
  static constexpr bool is_opaque = true;

  /// Not Env's: the standard's own wait is the fault.
  struct Shared {
    explicit Shared(std::uint32_t initial) : permits(initial) {}
    std::atomic<std::uint32_t> permits;
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) { new (memory) Shared(config.initial_permits); }
  StdWaitSemaphore(void* memory, const Config& /*config*/, Participant /*self*/)
      : permits_(std::launder(static_cast<Shared*>(memory))->permits) {}

  void post() {
    // release: pairs with the acquire in wait().
    permits_.fetch_add(1, std::memory_order_release);
    permits_.notify_one();
  }
  void wait() {
    // relaxed: the compare-exchange looks again.
    std::uint32_t seen = permits_.load(std::memory_order_relaxed);
    // acquire: pairs with the release in post(). relaxed on failure: it looks again.
    while (seen == 0 || !permits_.compare_exchange_weak(seen, seen - 1, std::memory_order_acquire, std::memory_order_relaxed)) {
      // relaxed: see above.
      if (seen == 0) { permits_.wait(0, std::memory_order_relaxed); }
      seen = permits_.load(std::memory_order_relaxed);
    }
  }

  Acquired lock() {
    wait();
    return Acquired::clean;
  }
  void unlock() { post(); }

 private:
  std::atomic<std::uint32_t>& permits_;
};

using Plugins = Variants<StdWaitSemaphore>;

}  // namespace shmlab::strategies::std_wait_semaphore
