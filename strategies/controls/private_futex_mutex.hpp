#pragma once

#include <cstdint>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/futex_mutex.hpp"

namespace shmlab::strategies::private_futex_mutex {

/// An Env whose futexes reach only the threads of one process.
template <class Env>
struct PrivateFutexes : Env {
  using Word = typename Env::template Atomic<std::uint32_t>;
  static void futex_wait(const Word& word, std::uint32_t expected) {
    Env::futex_wait(word, expected, Env::FutexScope::process_private);
  }
  static bool futex_wait_until(const Word& word, std::uint32_t expected, typename Env::Deadline deadline) {
    return Env::futex_wait_until(word, expected, deadline, Env::FutexScope::process_private);
  }
  static void futex_wake(Word& word, std::uint32_t count) { Env::futex_wake(word, count, Env::FutexScope::process_private); }
};

/// Broken on purpose: the futex mutex as libraries for threads have it, Rust's std::sync::Mutex among them. Between processes it
/// excludes, but its wakes reach nobody, and who sleeps sleeps for ever.
template <class Env>
class PrivateFutexMutex : public futex_mutex::FutexMutex<PrivateFutexes<Env>> {
 public:
  static constexpr Descriptor descriptor{
      .name = "private_futex_mutex",
      .summary = "futex mutex with process-private waits: its wakes do not reach other processes",
      .source = "control: futex(2), FUTEX_PRIVATE_FLAG",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks},
      .caught_by = "hang_watch"};

  using futex_mutex::FutexMutex<PrivateFutexes<Env>>::FutexMutex;
};

using Plugins = Variants<PrivateFutexMutex>;

}  // namespace shmlab::strategies::private_futex_mutex
