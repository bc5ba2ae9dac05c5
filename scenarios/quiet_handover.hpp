#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/guarded.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/patience.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::quiet_handover {

/// Everybody announces that it goes for the lock, and goes for it once. Who has it keeps it until all have announced, and for a while
/// more, so that the others sleep; then it unlocks once and is gone. Each hand-over thus meets sleepers and nobody else, the last of them
/// one sleeper alone: a lost wake leaves it asleep beside a free lock, for ever, since nobody is left to come by.
struct QuietHandover {
  static constexpr Face faces[] = {Face::exclusive};
  static constexpr std::string_view roles[] = {"taker"};
  static constexpr std::string_view steps[] = {"lock", "await the announcements", "inside", "unlock"};
  static constexpr std::string_view invariants[] = {"everybody gets the lock", "one owner at a time", "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"hand-overs per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "quiet_handover",
                                                 .summary = "a lock is handed from sleeper to sleeper, and nobody else comes by",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Step : std::uint32_t { step_lock, step_await_announcements, step_inside, step_unlock };

  struct Params {
    std::uint64_t participants = 3;
    std::uint64_t operations = 1;  ///< a second visit would come by where nobody should
    std::uint64_t quiet_pauses =
        20;  ///< how often the holder gives its CPU away before it unlocks, so that the others fall asleep
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, 8, 3},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1, 1},
                                     Param<Params>{"quiet_pauses", "count", &Params::quiet_pauses, 0, 1000, 20}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t /*index*/) { return 0; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values), .initial_permits = 1};
  }

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint64_t> announced;  ///< who goes, or went, for the lock
    alignas(line_pair_bytes) check::Guarded<Env> guarded;                             ///< by the lock
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& locks,
                  measure::Session& session) {
    session.step(step_lock);
    // relaxed, here and below: carries no data
    shared.announced.fetch_add(1, std::memory_order_relaxed);
    if (!check::lock_clean(locks[0], session)) { return; }
    session.step(step_await_announcements);
    // Comes to an end: before it announces, nobody waits for anything.
    for (Patience<Env> patience; shared.announced.load(std::memory_order_relaxed) < values.participants;) { patience.poll(); }
    for (std::uint64_t i = 0; i < values.quiet_pauses; ++i) { Env::yield(); }
    session.step(step_inside);
    if (!shared.guarded.pass(self.index, 1, session)) { return; }
    session.step(step_unlock);
    locks[0].unlock();
    session.done();
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& shared, std::span<const Outcome> /*outcomes*/) {
    const std::uint64_t visits = shared.guarded.visits();
    return visits == values.participants ? Verdict::ok()
                                         : Verdict::violated(check::differs("visits inside", visits, values.participants));
  }
};

using Plugins = Scenarios<QuietHandover>;

}  // namespace shmlab::scenarios::quiet_handover
