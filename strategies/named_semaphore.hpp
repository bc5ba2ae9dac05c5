#pragma once

#include <chrono>
#include <new>
#include <optional>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"

namespace shmlab::strategies::named_semaphore {

/// A POSIX semaphore that every participant opens by name; the region holds the name. With one permit it serves as a lock, which
/// anybody could unlock; with none as a signal.
template <class Env>
class NamedSemaphore {
 public:
  static constexpr Descriptor descriptor{
      .name = "named_semaphore",
      .summary = "POSIX semaphore in a file of its own, opened by name",
      .source = "sem_open(3), sem_wait(3), sem_post(3), sem_unlink(3)",
      .waiting = Waiting::parks,
      // The permits of the dead are gone; a wake that reached somebody who dies before taking the permit is gone too.
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks, .poster = OnDeath::blocks}};

  using Shared = typename Env::NamedSemaphore::Shared;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) {
    Env::NamedSemaphore::create(*new (memory) Shared{}, config.initial_permits);
  }
  /// Takes the name away; whoever has attached goes on.
  static void retire(void* memory) { Env::NamedSemaphore::retire(*std::launder(static_cast<Shared*>(memory))); }

  NamedSemaphore(void* memory, const Config& /*config*/, Participant /*self*/)
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
  typename Env::NamedSemaphore semaphore_;
};

using Plugins = Variants<NamedSemaphore>;

}  // namespace shmlab::strategies::named_semaphore
