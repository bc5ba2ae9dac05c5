#pragma once

#include <chrono>
#include <new>
#include <optional>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/inside_mark.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"

namespace shmlab::strategies::sysv_semaphore {

/// A System V semaphore with one permit that is taken and given with SEM_UNDO: the kernel gives it back when its holder dies, and says nothing.
/// The mark in the region tells the next one, as in fcntl_lock. Every section makes two system calls.
/// What is undone belongs to the process: a thread that ends inside leaves the lock held as long as its process lives.
/// It is no signal: when a process ends, SEM_UNDO takes back what it has posted, and gives back what it has consumed.
template <class Env>
class SysvSemaphore {
 public:
  static constexpr Descriptor descriptor{
      .name = "sysv_semaphore",
      .summary = "System V semaphore with SEM_UNDO, and a mark that tells the next holder of a death",
      .source = "semget(2), semop(2), SEM_UNDO",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected}};

  struct Shared {
    typename Env::SysvLock::Shared semaphore;
    InsideMark<Env> mark;
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { Env::SysvLock::create((new (memory) Shared{})->semaphore); }
  /// Removes the semaphore, also for those who have attached.
  static void dispose(void* memory) { Env::SysvLock::dispose(std::launder(static_cast<Shared*>(memory))->semaphore); }

  SysvSemaphore(void* memory, const Config& /*config*/, Participant /*self*/)
      : mark_(std::launder(static_cast<Shared*>(memory))->mark),
        semaphore_(std::launder(static_cast<Shared*>(memory))->semaphore) {}

  Acquired lock() {
    semaphore_.lock();
    return mark_.enter();
  }
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time) {
    if (!semaphore_.lock_until(env::deadline_after(Env::now(), time))) { return std::nullopt; }
    return mark_.enter();
  }
  void unlock() {
    mark_.leave();
    semaphore_.unlock();
  }

 private:
  InsideMark<Env>& mark_;
  typename Env::SysvLock semaphore_;
};

using Plugins = Variants<SysvSemaphore>;

}  // namespace shmlab::strategies::sysv_semaphore
