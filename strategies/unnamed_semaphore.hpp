#pragma once

#include <chrono>
#include <new>
#include <optional>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"

namespace shmlab::strategies::unnamed_semaphore {

/// A POSIX semaphore that lies in the region. With one permit it serves as a lock, which anybody could unlock; with none as a signal.
template <class Env>
class UnnamedSemaphore {
 public:
  static constexpr Descriptor descriptor{
      .name = "unnamed_semaphore",
      .summary = "process-shared POSIX semaphore inside the region",
      .source = "sem_init(3) with pshared, sem_wait(3), sem_post(3)",
      .waiting = Waiting::parks,
      // The permits of the dead are gone; a wake that reached somebody who dies before taking the permit is gone too.
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks, .poster = OnDeath::blocks}};

  using Shared = typename Env::Semaphore;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) { (new (memory) Shared)->create(config.initial_permits); }

  UnnamedSemaphore(void* memory, const Config& /*config*/, Participant /*self*/)
      : semaphore_(*std::launder(static_cast<Shared*>(memory))) {}

  void wait() { semaphore_.wait(); }
  bool wait_for(std::chrono::nanoseconds time) { return semaphore_.wait_until(env::deadline_after(Env::now(), time)); }
  void post() { semaphore_.post(); }

  Acquired lock() {
    wait();
    return Acquired::clean;
  }
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time) {
    return wait_for(time) ? std::optional(Acquired::clean) : std::nullopt;
  }
  void unlock() { post(); }

 private:
  Shared& semaphore_;
};

using Plugins = Variants<UnnamedSemaphore>;

}  // namespace shmlab::strategies::unnamed_semaphore
