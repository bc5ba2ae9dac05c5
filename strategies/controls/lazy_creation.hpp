#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

/// Locks that their participants bring into being themselves, at their first lock(), and get that wrong. Right is: one claims the creation
/// by a compare-exchange, the others wait until it says that it is ready.
namespace shmlab::strategies::lazy_creation {

/// A flag, which is in use as soon as somebody has stored `free` in it.
template <class Env>
class Lock {
 public:
  enum Stage : std::uint32_t { absent, created };
  enum State : std::uint32_t { free, held };
  struct Shared {
    typename Env::template Atomic<std::uint32_t> stage{absent};
    typename Env::template Atomic<std::uint32_t> flag{held};
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  Lock(void* memory, const Config& /*config*/, Participant /*self*/) : shared_(*std::launder(static_cast<Shared*>(memory))) {}

  // release: pairs with the acquire in take().
  void unlock() { shared_.flag.store(free, std::memory_order_release); }

 protected:
  void take() {
    // acquire: pairs with the release in unlock().
    for (Patience<Env> patience; shared_.flag.exchange(held, std::memory_order_acquire) == held;) { patience.poll(); }
  }
  void initialise() {
    // release: pairs with the acquire in take().
    shared_.flag.store(free, std::memory_order_release);
    // release: pairs with the acquire of who asks for the stage.
    shared_.stage.store(created, std::memory_order_release);
  }

  Shared& shared_;
  bool attached_ = false;
};

constexpr Descriptor described(const char* name, const char* summary, const char* source) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .waiting = Waiting::spins,
          .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::unaffected},
          .caught_by = "invariant"};
}

/// Broken on purpose: every participant initialises when it attaches; only the creator may. Who comes while another holds the lock frees it
/// under its feet.
template <class Env>
class LazyCreationByAll : public Lock<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("lazy_creation_by_all", "lock that each participant initialises when it attaches",
                "control: pthread_mutex_init(3): initialising twice is undefined");
  using Lock<Env>::Lock;

  Acquired lock() {
    if (!this->attached_) {
      this->initialise();
      this->attached_ = true;
    }
    this->take();
    return Acquired::clean;
  }
};

/// Broken on purpose: who finds that nobody has created the lock creates it; looking and claiming have to be one step. Two that look at the
/// same time both create, the slower one while the other is inside already.
template <class Env>
class LazyCreationCheckThenCreate : public Lock<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("lazy_creation_check_then_create", "lock that is created by whoever finds it absent, which may be two",
                "control: open(2), O_EXCL: why checking and creating are one step");
  using Lock<Env>::Lock;

  Acquired lock() {
    if (!this->attached_) {
      // acquire: pairs with the release in initialise().
      if (this->shared_.stage.load(std::memory_order_acquire) == Lock<Env>::absent) {
        Env::yield();  // whoever creates something has preparations to make: sizes, names, memory
        this->initialise();
      }
      this->attached_ = true;
    }
    this->take();
    return Acquired::clean;
  }
};

using Plugins = Variants<LazyCreationByAll, LazyCreationCheckThenCreate>;

}  // namespace shmlab::strategies::lazy_creation
