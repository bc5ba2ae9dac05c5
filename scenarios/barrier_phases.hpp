#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/look_again.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/patience.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::barrier_phases {

/// Everybody goes through phases with a barrier around each: nobody enters the next before all have left this one. Who is in a phase
/// writes its number down before the first half of the barrier and reads everybody's between the halves: all must be the same.
/// - Of signals: two turnstiles, each opened for all by the last who comes (Downey, The Little Book of Semaphores, 3.7, "preloaded
///   turnstile"), and a third signal as the mutex of their count. Nobody polls.
/// - Of a lock: a count under it, which who waits looks at again and again.
struct BarrierPhases {
  static constexpr Face faces[] = {Face::signal, Face::exclusive};
  static constexpr std::string_view roles[] = {"walker"};
  static constexpr std::string_view steps[] = {"count", "await all", "look", "await all again"};
  static constexpr std::string_view invariants[] = {"nobody enters a phase before all have left the one before",
                                                    "everybody gets through", "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"phases per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "barrier_phases",
                                                 .summary = "all go from phase to phase through a barrier built from the face",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Step : std::uint32_t { step_count, step_await_all, step_look, step_await_all_again };

  static constexpr std::size_t most_participants = 8;
  struct Params {
    std::uint64_t participants = 2;
    std::uint64_t operations = 200;  ///< phases
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, most_participants, 2},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000, 200}};
  /// Signals: the two turnstiles and the mutex of their count. A lock: the first alone.
  static constexpr std::size_t instances = 3;
  enum Object : std::size_t { first_turnstile, second_turnstile, mutex };

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t /*index*/) { return 0; }
  static Config config(const Params& values, Face face) {
    return {.participants = participants(values), .initial_permits = face == Face::signal ? 0U : 1U};
  }

  template <class Env>
  struct Shared {
    /// Signal: who is inside the barrier. Exclusive: halves passed by all together, ever. Under the mutex.
    alignas(line_pair_bytes) typename Env::template Plain<std::uint64_t> count;
    /// The phase in which each is, by participant; read by all between the halves of the barrier.
    alignas(line_pair_bytes) std::array<typename Env::template Plain<std::uint64_t>, most_participants> phases;
  };

  // Every participant goes through exactly `operations` phases; none asks session.more(), since one that left would strand the others.

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    Barrier<Env, face, S> barrier{shared, objects, session, values.participants};
    if (face == Face::signal && self.index == 0) { barrier.open_mutex(); }
    for (std::uint64_t phase = 1; phase <= values.operations; ++phase) {
      shared.phases[self.index].set(phase);
      if (!barrier.arrive()) { return; }
      session.step(step_look);
      check::look_again();
      for (std::size_t i = 0; i < values.participants; ++i) {
        if (!check::expect(session, "another participant's phase", shared.phases[i].get(), phase)) [[unlikely]] { return; }
      }
      if (!barrier.depart()) { return; }
      session.done();
    }
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& shared, std::span<const Outcome> /*outcomes*/) {
    for (std::size_t i = 0; i < values.participants; ++i) {
      const std::uint64_t phase = shared.phases[i].get();
      if (phase != values.operations) { return Verdict::violated(check::differs("the last phase", phase, values.operations)); }
    }
    return Verdict::ok();
  }

 private:
  /// One participant's side of the barrier. false: a violation, and the session says so.
  template <class Env, Face face, class S>
  struct Barrier {
    Shared<Env>& shared;
    std::array<S, instances>& objects;
    measure::Session& session;
    std::uint64_t parties;
    std::uint64_t awaited = 0;  ///< exclusive: the count with which the next half is over

    /// A signal starts without permits, so somebody has to give the mutex its one; once.
    void open_mutex() {
      if constexpr (face == Face::signal) { objects[mutex].post(); }
    }

    /// Returns when all have arrived.
    bool arrive() {
      if constexpr (face == Face::signal) {
        step_through(first_turnstile, step_await_all, +1, parties);
        return true;
      } else {
        return pass_half(step_await_all);
      }
    }
    /// Returns when all are about to leave.
    bool depart() {
      if constexpr (face == Face::signal) {
        step_through(second_turnstile, step_await_all_again, -1, 0);
        return true;
      } else {
        return pass_half(step_await_all_again);
      }
    }

   private:
    void step_through(Object turnstile, Step waiting, int change, std::uint64_t last) {
      session.step(step_count);
      objects[mutex].wait();
      check::look_again();
      const std::uint64_t inside = shared.count.get() + static_cast<std::uint64_t>(change);
      shared.count.set(inside);
      if (inside == last) {
        for (std::uint64_t i = 0; i < parties; ++i) { objects[turnstile].post(); }
      }
      objects[mutex].post();
      session.step(waiting);
      objects[turnstile].wait();
    }

    bool pass_half(Step waiting) {
      session.step(step_count);
      awaited += parties;
      std::uint64_t passed = 0;
      if (!under_lock([&](auto& count) {
            passed = count.get() + 1;
            count.set(passed);
          })) {
        return false;
      }
      session.step(waiting);
      for (Patience<Env> patience; passed < awaited; patience.poll()) {
        if (!under_lock([&](auto& count) { passed = count.get(); })) { return false; }
      }
      return true;
    }
    template <class Act>
    bool under_lock(Act act) {
      if (!check::lock_clean(objects[0], session)) { return false; }
      check::look_again();
      act(shared.count);
      objects[0].unlock();
      return true;
    }
  };
};

using Plugins = Scenarios<BarrierPhases>;

}  // namespace shmlab::scenarios::barrier_phases
