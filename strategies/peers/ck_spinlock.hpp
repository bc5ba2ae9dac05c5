#pragma once

#include <string>

#include "contract/absent.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

#if __has_include(<spinlock/fas.h>)
#include <spinlock/fas.h>
#include <spinlock/ticket.h>

#include <new>
#include <thread>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "strategies/peers/parts/thread_sanitizer.hpp"
#endif

namespace shmlab::strategies::ck_spinlock {

#if __has_include(<spinlock/fas.h>)
/// A lock of Concurrency Kit in the region. `Calls` names its type and its functions. They poll with a pause and never give the CPU away.
template <class Calls>
class Lock {
 public:
  static constexpr bool is_opaque = true;
  using Shared = typename Calls::Shared;

  /// Who waits for one that has no CPU keeps its own from it.
  static std::string refuses(const Config& config) {
    const unsigned cpus = std::thread::hardware_concurrency();  // 0: not known
    if (cpus == 0 || config.participants <= cpus) { return {}; }
    return "never gives its CPU away: allows as many participants as there are CPUs (" + std::to_string(cpus) +
           "), the case has " + std::to_string(config.participants);
  }
  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { Calls::init(new (memory) Shared{}); }
  Lock(void* memory, const Config& /*config*/, Participant /*self*/) : shared_(std::launder(static_cast<Shared*>(memory))) {}

  Acquired lock() {
    Calls::lock(shared_);
    return Acquired::clean;
  }
  void unlock() { Calls::unlock(shared_); }

 private:
  Shared* shared_;
};

struct FetchAndStore {
  using Shared = ck_spinlock_fas_t;
  static void init(Shared* shared) { ck_spinlock_fas_init(shared); }
  static void lock(Shared* shared) { ck_spinlock_fas_lock(shared); }
  static void unlock(Shared* shared) { ck_spinlock_fas_unlock(shared); }
};
struct FetchAndStoreBackoff : FetchAndStore {
  static void lock(Shared* shared) { ck_spinlock_fas_lock_eb(shared); }
};
struct Ticket {
  using Shared = ck_spinlock_ticket_t;
  static void init(Shared* shared) { ck_spinlock_ticket_init(shared); }
  static void lock(Shared* shared) { ck_spinlock_ticket_lock(shared); }
  static void unlock(Shared* shared) { ck_spinlock_ticket_unlock(shared); }
};
using Fas = Lock<FetchAndStore>;
using FasBackoff = Lock<FetchAndStoreBackoff>;
using Tickets = Lock<Ticket>;
inline constexpr const char* missing = peers::unseen_atomics;
#else
using Fas = AbsentLock;
using FasBackoff = AbsentLock;
using Tickets = AbsentLock;
inline constexpr const char* missing = "this build lacks Concurrency Kit (Debian package libck-dev)";
#endif

inline constexpr const char* source = "Concurrency Kit 0.7.1, ck_spinlock.h (Debian package libck-dev)";
inline constexpr DeathContract contract{.holder = OnDeath::blocks, .waiter = OnDeath::unaffected};

// Its queue locks (MCS, CLH) link their waiters by addresses, which mean nothing in another process.

template <class Env>
class CkSpinlockFas : public Fas {
 public:
  static constexpr Descriptor descriptor{.name = "ck_spinlock_fas",
                                         .summary = "Concurrency Kit's test-and-test-and-set lock",
                                         .source = source,
                                         .waiting = Waiting::spins,
                                         .contract = contract};
  static std::string unavailable() { return missing; }
  using Fas::Fas;
};

template <class Env>
class CkSpinlockFasBackoff : public FasBackoff {
 public:
  static constexpr Descriptor descriptor{.name = "ck_spinlock_fas_backoff",
                                         .summary = "the same with exponential backoff",
                                         .source = source,
                                         .waiting = Waiting::spins,
                                         .contract = contract};
  static std::string unavailable() { return missing; }
  using FasBackoff::FasBackoff;
};

/// Who waits dies with its ticket, and nobody is let in any more.
template <class Env>
class CkSpinlockTicket : public Tickets {
 public:
  static constexpr Descriptor descriptor{.name = "ck_spinlock_ticket",
                                         .summary = "Concurrency Kit's ticket lock",
                                         .source = source,
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks}};
  static std::string unavailable() { return missing; }
  using Tickets::Tickets;
};

using Plugins = Variants<CkSpinlockFas, CkSpinlockFasBackoff, CkSpinlockTicket>;

}  // namespace shmlab::strategies::ck_spinlock
