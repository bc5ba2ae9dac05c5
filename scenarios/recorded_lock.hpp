#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/program.hpp"
#include "check/recorded.hpp"
#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/history.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::recorded_lock {

/// Everybody takes and gives back one lock, as a generated program says, and records each call: the history must be one of a mutex, or of
/// a lock with shared readers.
struct RecordedLock {
  static constexpr Face faces[] = {Face::shared_read, Face::exclusive};
  static constexpr std::string_view roles[] = {"caller"};
  static constexpr std::string_view steps[] = {"lock", "inside", "unlock"};
  static constexpr std::string_view invariants[] = {"the history of the calls is linearizable", "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"sections per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "recorded_lock",
                                                 .summary = "calls of a generated program, judged by their history",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Step : std::uint32_t { step_lock, step_inside, step_unlock };

  struct Params {
    std::uint64_t participants = 2;
    std::uint64_t operations = 200;  ///< sections of each participant
    std::uint64_t program = 1;       ///< chooses pauses and, where there are readers, who reads
  };
  static constexpr std::array params{
      Param<Params>{"participants", "count", &Params::participants, 2, 8, 2},
      Param<Params>{"operations", "count", &Params::operations, 1, 100'000, 200},
      Param<Params>{"program", "count", &Params::program, 0, std::numeric_limits<std::uint64_t>::max(), 1}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t /*index*/) { return 0; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values), .initial_permits = 1};
  }
  static std::uint64_t events(const Params& values) { return 2 * values.operations; }

  /// Nothing: everything goes through the strategy.
  template <class Env>
  struct Shared {};

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& /*shared*/, std::array<S, instances>& locks,
                  measure::Session& session) {
    check::Program program(values.program, self.index);
    for (; session.more(); session.done()) {
      session.step(step_lock);
      const bool shared = face == Face::shared_read && program.choose(2) == 1;
      session.called(shared ? Action::lock_shared : Action::lock);
      const Acquired acquired = lock<face>(locks[0], shared);
      session.returned();
      if (acquired != Acquired::clean) [[unlikely]] {
        check::refute(session, acquired);
        return;
      }
      session.step(step_inside);
      check::pause<Env>(program, most_pauses);
      session.step(step_unlock);
      session.called(shared ? Action::unlock_shared : Action::unlock);
      unlock<face>(locks[0], shared);
      session.returned();
      check::pause<Env>(program, most_pauses);
    }
  }

  /// What there is to judge is in the history.
  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> /*outcomes*/) {
    return Verdict::ok();
  }
  static Verdict judge_history(const Params& /*params*/, Face face, std::span<const Event> history) {
    return check::judge_recorded(face == Face::shared_read ? check::HistoryModel::shared_mutex : check::HistoryModel::mutex,
                                 history);
  }

 private:
  static constexpr std::uint64_t most_pauses = 3;

  template <Face face, class S>
  static Acquired lock(S& object, [[maybe_unused]] bool shared) {
    if constexpr (face == Face::shared_read) {
      if (shared) { return object.lock_shared(); }
    }
    return object.lock();
  }
  template <Face face, class S>
  static void unlock(S& object, [[maybe_unused]] bool shared) {
    if constexpr (face == Face::shared_read) {
      if (shared) { return object.unlock_shared(); }
    }
    object.unlock();
  }
};

using Plugins = Scenarios<RecordedLock>;

}  // namespace shmlab::scenarios::recorded_lock
