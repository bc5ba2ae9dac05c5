#pragma once

#include <atomic>
#include <cstdint>

#include "contract/face.hpp"
#include "scenarios/parts/survivor.hpp"
#include "scenarios/parts/survivors_terms.hpp"

namespace shmlab::scenarios::survivors {

/// The victim posts, or waits; waiter and newcomer wait; the partner posts enough for all who wait.
template <class Env, class S>
class SurvivorOfSignal {
 public:
  SurvivorOfSignal(const Survivor<Env>& self, S& signal) : self_(self), signal_(signal) {}

  void post_or_wait() {
    if (self_.gives()) {
      const std::uint64_t waiters = self_.values.participants - (self_.values.side == side_gives ? 2 : 1);
      const std::uint64_t posts = self_.values.operations * (self_.index == role_victim ? 1 : waiters);
      for (std::uint64_t i = 0; i < posts; ++i, self_.complete()) {
        self_.session.step(step_post);
        // relaxed, and below: counted when everybody has ended
        self_.shared.posts.fetch_add(1, std::memory_order_relaxed);
        signal_.post();
      }
      return;
    }
    for (std::uint64_t i = 0; i < self_.values.operations; ++i, self_.complete()) {
      self_.session.step(step_wait);
      take_permit();
      self_.shared.permits.fetch_add(1, std::memory_order_relaxed);
      self_.could_be_had();
    }
  }

 private:
  void take_permit() {
    if constexpr (TimedSignal<S>) {
      if (self_.gives_up()) {
        if (signal_.wait_for(Survivor<Env>::a_while)) { return; }
        self_.session.count(counter_timed_out);
      }
    }
    signal_.wait();
  }

  Survivor<Env> self_;
  S& signal_;
};

}  // namespace shmlab::scenarios::survivors
