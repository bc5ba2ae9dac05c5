#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>

#include "env/model.hpp"

namespace shmlab::env {

/// Permits that the kernel keeps behind a descriptor: the counter of an eventfd(2), the bytes of a pipe(7). For exploration, on an Env's atomics and
/// futexes. A call is whole or has not begun when the caller dies, but for one that sleeps. POSIX does not say that these calls synchronise memory
/// (POSIX.1-2017, 4.12 names neither read() nor write()); in Linux they do, by the locks around counter and buffer (fs/eventfd.c, fs/pipe.c).
template <class Env>
class KernelPermitsModel {
 public:
  using Where = std::source_location;

  /// Once, by the creator.
  void create(std::uint32_t permits) { permits_.store(permits, std::memory_order_relaxed); }

  void wait(const Where& where) {
    const InKernel call(Operation::wait, this, where);
    // relaxed: only says what to try
    for (std::uint32_t seen = permits_.load(std::memory_order_relaxed, where);;) {
      if (seen == none) {
        Env::futex_wait(permits_, none, Env::FutexScope::shared, where);
        seen = permits_.load(std::memory_order_relaxed, where);
      } else if (permits_.compare_exchange_strong(seen, seen - 1, std::memory_order_acquire, std::memory_order_relaxed, where)) {
        return;  // acquire: pairs with the release in post(). relaxed on failure: as above
      }
    }
  }
  void post(const Where& where) {
    const InKernel call(Operation::post, this, where);
    // release: pairs with the acquire in wait()
    permits_.fetch_add(1, std::memory_order_release, where);
    Env::futex_wake(permits_, 1, Env::FutexScope::shared, where);
  }

 private:
  static constexpr std::uint32_t none = 0;

  typename Env::template Atomic<std::uint32_t> permits_;
};

}  // namespace shmlab::env
