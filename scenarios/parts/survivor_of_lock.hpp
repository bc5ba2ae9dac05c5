#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "contract/acquired.hpp"
#include "contract/face.hpp"
#include "scenarios/parts/survivor.hpp"
#include "scenarios/parts/survivors_terms.hpp"

namespace shmlab::scenarios::survivors {

/// Everybody visits the guarded record. Who is told of a death repairs it; who is not must find it whole.
template <class Env, class S>
class SurvivorOfLock {
 public:
  SurvivorOfLock(const Survivor<Env>& self, S& lock) : self_(self), lock_(lock) {}

  void visit() {
    for (std::uint64_t i = 0; i < self_.values.operations; ++i, self_.complete()) {
      self_.session.step(step_lock);
      const Acquired acquired = acquire();
      if (acquired != Acquired::clean) { self_.tell(); }
      if (acquired == Acquired::not_recoverable) { return; }
      self_.session.step(step_inside);
      if (acquired == Acquired::owner_died) { self_.shared.guarded.repair(); }
      if (!self_.shared.guarded.pass(self_.index, 0, self_.session)) { return; }
      self_.session.step(step_unlock);
      lock_.unlock();
      if (acquired == Acquired::owner_died) { self_.session.count(counter_repaired); }
      self_.could_be_had();
    }
  }

  void visit_or_read() {
    if (self_.index != role_victim || self_.values.side == side_gives) { return visit(); }
    for (std::uint64_t i = 0; i < self_.values.operations; ++i, self_.complete()) {
      self_.session.step(step_read);
      const Acquired acquired = lock_.lock_shared();
      if (acquired != Acquired::clean) { self_.tell(); }
      if (acquired == Acquired::not_recoverable) { return; }
      if (acquired == Acquired::clean && !self_.shared.guarded.look(self_.session)) { return; }
      lock_.unlock_shared();
      // relaxed: read when everybody has ended
      self_.shared.reads.fetch_add(1, std::memory_order_relaxed);
    }
  }

 private:
  Acquired acquire() {
    if constexpr (TimedExclusive<S>) {
      if (self_.gives_up()) {
        if (const std::optional<Acquired> in_time = lock_.lock_for(Survivor<Env>::a_while)) { return *in_time; }
        self_.session.count(counter_timed_out);
      }
    }
    return lock_.lock();
  }

  Survivor<Env> self_;
  S& lock_;
};

}  // namespace shmlab::scenarios::survivors
