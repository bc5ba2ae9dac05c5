#pragma once

#include <array>
#include <atomic>
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

namespace shmlab::scenarios::thundering_herd {

/// Rounds in which one poster posts exactly one permit for each waiter, after a quiet phase in which nothing moves: all waiters have
/// announced that they are about to wait. Nobody posts again until all have come back, and nobody polls meanwhile, so a lost wake leaves
/// its sleeper, and in the end everybody, asleep. Rounds take turns between two objects, lest a waiter that is early for the next round
/// take the permit of one that has not woken yet; a third carries the waiters' answers.
struct ThunderingHerd {
  static constexpr Face faces[] = {Face::signal};
  static constexpr std::string_view roles[] = {"poster", "waiter"};
  static constexpr std::string_view steps[] = {"await the announcements", "post", "await the answers", "wait", "answer"};
  static constexpr std::string_view invariants[] = {"no wait returns without a post", "no waiter is stranded beside a permit",
                                                    "what was written before the posts is seen after the waits",
                                                    "wakes equal posts"};
  static constexpr std::string_view metrics[] = {"rounds per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "thundering_herd",
                                                 .summary = "after a quiet phase one poster wakes every waiter exactly once",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Role : std::uint32_t { role_poster, role_waiter };
  enum Step : std::uint32_t { step_await_announcements, step_post, step_await_answers, step_wait, step_answer };

  struct Params {
    std::uint64_t participants = 3;
    std::uint64_t operations = 100;  ///< rounds
    std::uint64_t quiet_pauses =
        20;  ///< how often the poster gives its CPU away before it posts, so that the waiters fall asleep
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, 8, 3},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000, 100},
                                     Param<Params>{"quiet_pauses", "count", &Params::quiet_pauses, 0, 1000, 20}};
  /// Even rounds, odd rounds, answers.
  static constexpr std::size_t instances = 3;
  static constexpr std::size_t answers = 2;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_poster : role_waiter; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values), .initial_permits = 0};
  }

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes)
        typename Env::template Plain<std::uint64_t> round;  ///< written before the posts, read after the waits
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint64_t> announced;  ///< waits about to begin, ever
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint64_t> posts;      ///< begun, ever
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint64_t> wakes;      ///< waits that have returned, ever
  };

  // Every participant does exactly `operations` rounds; none asks session.more(), since one that left early would strand the others.

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    if (role(values, self.index) == role_poster) {
      post<Env>(values, shared, objects, session);
    } else {
      wait<Env>(values, shared, objects, session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& shared, std::span<const Outcome> /*outcomes*/) {
    const std::uint64_t due = values.operations * (values.participants - 1);
    // relaxed: everybody has finished
    const std::uint64_t wakes = shared.wakes.load(std::memory_order_relaxed);
    return wakes == due ? Verdict::ok() : Verdict::violated(check::differs("waits that returned", wakes, due));
  }

 private:
  template <class Env, class S>
  static void post(const Params& values, Shared<Env>& shared, std::array<S, instances>& objects, measure::Session& session) {
    const std::uint64_t waiters = values.participants - 1;
    for (std::uint64_t round = 1; round <= values.operations; ++round) {
      session.step(step_await_announcements);
      // relaxed: carries no data; what the waiters did before is known through their answers
      for (Patience<Env> patience; shared.announced.load(std::memory_order_relaxed) < round * waiters;) { patience.poll(); }
      for (std::uint64_t i = 0; i < values.quiet_pauses; ++i) { Env::yield(); }
      session.step(step_post);
      shared.round.set(round);
      for (std::uint64_t i = 0; i < waiters; ++i) {
        // relaxed: the post() that follows takes it along
        shared.posts.fetch_add(1, std::memory_order_relaxed);
        objects[round % 2].post();
      }
      session.step(step_await_answers);
      for (std::uint64_t i = 0; i < waiters; ++i) { objects[answers].wait(); }
      session.done();
    }
  }

  template <class Env, class S>
  static void wait(const Params& values, Shared<Env>& shared, std::array<S, instances>& objects, measure::Session& session) {
    for (std::uint64_t round = 1; round <= values.operations; ++round) {
      session.step(step_wait);
      // relaxed: carries no data
      shared.announced.fetch_add(1, std::memory_order_relaxed);
      objects[round % 2].wait();
      check::look_again();
      // Before anything that orders the waiters among themselves, so that only the signal can have brought it here.
      if (!check::expect(session, "the round seen after the wait", shared.round.get(), round)) [[unlikely]] { return; }
      // acq_rel: with the other waiters' here, so that the posts of all who are counted are counted too
      const std::uint64_t wakes = shared.wakes.fetch_add(1, std::memory_order_acq_rel) + 1;
      // relaxed: each counted wait came after its post, and this after them
      if (wakes > shared.posts.load(std::memory_order_relaxed)) [[unlikely]] {
        check::refute(session, "a wait returned without a post");
        return;
      }
      session.step(step_answer);
      objects[answers].post();
      session.done();
    }
  }
};

using Plugins = Scenarios<ThunderingHerd>;

}  // namespace shmlab::scenarios::thundering_herd
