#pragma once

#include <mutex>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::std_mutex {

/// Broken on purpose: a std::mutex in shared memory, as many a program has it. The standard promises nothing between processes, and glibc sleeps on a futex
/// that is private to a process: it keeps others out, and whoever sleeps is not woken from another process.
template <class Env>
class StdMutex {
 public:
  static constexpr Descriptor descriptor{
      .name = "std_mutex",
      .summary = "std::mutex, which wakes within one process only",
      .source = "control: [thread.mutex.requirements.mutex], which promises nothing between processes",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks},
      .caught_by = "hang_watch"};
  static constexpr bool is_opaque = true;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(std::mutex), alignof(std::mutex)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) std::mutex; }
  StdMutex(void* memory, const Config& /*config*/, Participant /*self*/)
      : mutex_(*std::launder(static_cast<std::mutex*>(memory))) {}

  Acquired lock() {
    mutex_.lock();
    return Acquired::clean;
  }
  void unlock() { mutex_.unlock(); }

 private:
  std::mutex& mutex_;
};

using Plugins = Variants<StdMutex>;

}  // namespace shmlab::strategies::std_mutex
