#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "check/program.hpp"
#include "check/recorded.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/history.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::recorded_signal {

/// Everybody posts and waits as a generated program says, and records each call: the history must be one of a counting semaphore.
/// So that nobody waits for ever, the first participant only posts: for each of the others as many permits as that one lacks at the
/// worst point of its program. Then, whoever waits, there is a permit for him at the latest when the first is done.
struct RecordedSignal {
  static constexpr Face faces[] = {Face::signal};
  static constexpr std::string_view roles[] = {"poster", "caller"};
  static constexpr std::string_view steps[] = {"post", "wait"};
  static constexpr std::string_view invariants[] = {"the history of the calls is linearizable", "every wait returns"};
  static constexpr std::string_view metrics[] = {"calls per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "recorded_signal",
                                                 .summary = "posts and waits of a generated program, judged by their history",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Role : std::uint32_t { role_poster, role_caller };
  enum Step : std::uint32_t { step_post, step_wait };

  struct Params {
    std::uint64_t participants = 3;
    std::uint64_t operations = 100;  ///< posts and waits of each participant but the first
    std::uint64_t program = 1;       ///< chooses posts, waits and pauses
  };
  static constexpr std::array params{
      Param<Params>{"participants", "count", &Params::participants, 2, 8, 3},
      Param<Params>{"operations", "count", &Params::operations, 1, 100'000, 100},
      Param<Params>{"program", "count", &Params::program, 0, std::numeric_limits<std::uint64_t>::max(), 1}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_poster : role_caller; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values), .initial_permits = 0};
  }
  static std::uint64_t events(const Params& values) { return values.operations * (values.participants - 1); }

  /// Nothing: everything goes through the strategy.
  template <class Env>
  struct Shared {};

  // Everybody goes through his whole program; none asks session.more(), since others count on his posts.

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& /*shared*/, std::array<S, instances>& signals,
                  measure::Session& session) {
    check::Program program(values.program, self.index);
    const bool only_posts = role(values, self.index) == role_poster;
    const std::uint64_t calls = only_posts ? permits_lacking(values) : values.operations;
    for (std::uint64_t i = 0; i < calls; ++i, session.done()) {
      if (only_posts || is_post(program)) {
        session.step(step_post);
        session.called(Action::post);
        signals[0].post();
      } else {
        session.step(step_wait);
        session.called(Action::wait);
        signals[0].wait();
      }
      session.returned();
      check::pause<Env>(program, most_pauses);
    }
  }

  /// What there is to judge is in the history.
  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> /*outcomes*/) {
    return Verdict::ok();
  }
  static Verdict judge_history(const Params& /*params*/, Face /*face*/, std::span<const Event> history) {
    return check::judge_recorded(check::HistoryModel::semaphore, history);
  }

 private:
  static constexpr std::uint64_t most_pauses = 2;

  /// Waits are more frequent, so that most of them have to wait.
  static bool is_post(check::Program& program) { return program.choose(3) == 2; }

  /// By how many the waits of a participant exceed its posts where they exceed them most, for all participants but the first together.
  static std::uint64_t permits_lacking(const Params& values) {
    std::uint64_t all = 0;
    for (std::uint32_t index = 1; index < values.participants; ++index) {
      check::Program program(values.program, index);
      std::uint64_t posted_ahead = 0;
      for (std::uint64_t i = 0; i < values.operations; ++i) {
        if (is_post(program)) {
          ++posted_ahead;
        } else if (posted_ahead > 0) {
          --posted_ahead;
        } else {
          ++all;
        }
        program.choose(most_pauses + 1);  // what run() chooses its pauses by
      }
    }
    return all;
  }
};

using Plugins = Scenarios<RecordedSignal>;

}  // namespace shmlab::scenarios::recorded_signal
