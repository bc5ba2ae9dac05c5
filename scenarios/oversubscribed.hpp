#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/guarded.hpp"
#include "check/outcomes.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::oversubscribed {

/// More participants than CPUs want one lock, while the first stops one of the others after the other and lets it go on: wherever it is,
/// inside, asleep, or between a decision and its deed. The lock still excludes, and everybody finishes.
/// In lanes where participants cannot be stopped (threads, turns) they only crowd each other.
struct Oversubscribed {
  static constexpr Face faces[] = {Face::exclusive};
  static constexpr std::string_view roles[] = {"disturber", "worker"};
  static constexpr std::string_view steps[] = {"disturb", "lock", "inside", "unlock"};
  static constexpr std::string_view invariants[] = {"one owner at a time", "everybody finishes", "no visit is lost",
                                                    "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"sections per second", "stops"};
  static constexpr std::string_view counters[] = {"stops"};
  static constexpr ScenarioDescriptor descriptor{.name = "oversubscribed",
                                                 .summary = "a lock wanted by more than there are CPUs, some of them stopped",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = counters,
                                                 .timed = false};
  enum Role : std::uint32_t { role_disturber, role_worker };
  enum Step : std::uint32_t { step_disturb, step_lock, step_inside, step_unlock };
  enum Counter : std::size_t { count_stops };

  struct Params {
    std::uint64_t participants = 5;    ///< one of them disturbs
    std::uint64_t operations = 200;    ///< sections of each worker, and stops
    std::uint64_t inside_pauses = 5;   ///< in a section
    std::uint64_t stopped_pauses = 5;  ///< how often the disturber gives its CPU away before the stopped one may go on
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 4, 8, 5},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000, 200},
                                     Param<Params>{"inside_pauses", "count", &Params::inside_pauses, 0, 1000, 5},
                                     Param<Params>{"stopped_pauses", "count", &Params::stopped_pauses, 0, 1000, 5}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_disturber : role_worker; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values), .initial_permits = 1};
  }

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes) check::Guarded<Env> guarded;  ///< by the lock
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& locks,
                  measure::Session& session) {
    if (role(values, self.index) == role_disturber) {
      disturb<Env>(values, session);
    } else {
      work(self.index, values, shared, locks[0], session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& shared, std::span<const Outcome> outcomes) {
    const std::uint64_t sections = check::operations_of(outcomes, role_worker);
    const std::uint64_t visits = shared.guarded.visits();
    if (visits != sections) { return Verdict::violated(check::differs("visits inside", visits, sections)); }
    return shared.guarded.is_tidy() ? Verdict::ok() : Verdict::violated("at the end somebody is still inside");
  }

 private:
  template <class Env>
  static void disturb(const Params& values, measure::Session& session) {
    session.step(step_disturb);
    const std::uint32_t workers = participants(values) - 1;
    for (; session.more(); session.done()) {
      const auto worker = static_cast<std::uint32_t>(1 + session.operations() % workers);
      if (session.suspend(worker)) { session.count(count_stops); }
      for (std::uint64_t i = 0; i < values.stopped_pauses; ++i) { Env::yield(); }
      session.resume();
      Env::yield();
    }
  }

  template <class Env, class S>
  static void work(std::uint32_t index, const Params& values, Shared<Env>& shared, S& lock, measure::Session& session) {
    for (; session.more(); session.done()) {
      session.step(step_lock);
      if (!check::lock_clean(lock, session)) [[unlikely]] { return; }
      session.step(step_inside);
      if (!shared.guarded.pass(index, values.inside_pauses, session)) [[unlikely]] { return; }
      session.step(step_unlock);
      lock.unlock();
    }
  }
};

using Plugins = Scenarios<Oversubscribed>;

}  // namespace shmlab::scenarios::oversubscribed
