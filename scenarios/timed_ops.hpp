#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/guarded.hpp"
#include "check/interruptions.hpp"
#include "check/why.hpp"
#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::timed_ops {

/// Waits that give up. Nobody gives up before his time has passed (how much later is not judged), and who gave up has left nothing
/// behind: he then waits without a limit, and gets what he asked for exactly once.
/// - A lock: everybody asks for a while, then for ever, and holds it for longer than others ask.
/// - A signal: the first participant posts slowly, exactly what the others need; at the end no permit is left.
/// Signals of the system may interrupt the askers all the while (EINTR): they neither get what they did not ask for nor give up early.
struct TimedOps {
  static constexpr Face faces[] = {Face::timed_signal, Face::timed_exclusive};
  static constexpr std::string_view roles[] = {"holder or poster", "asker"};
  static constexpr std::string_view steps[] = {"ask for a while", "ask for ever", "inside", "post"};
  static constexpr std::string_view invariants[] = {"nobody gives up before the time has passed",
                                                    "after a time-out the lock or permit is had exactly once",
                                                    "one owner at a time", "permits are conserved", "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"sections or permits per second", "time-outs"};
  static constexpr std::string_view counters[] = {"time_outs"};
  static constexpr ScenarioDescriptor descriptor{.name = "timed_ops",
                                                 .summary = "waits that give up neither give up early nor leave anything behind",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = counters,
                                                 .timed = false};
  enum Role : std::uint32_t { role_giver, role_asker };
  enum Step : std::uint32_t { step_ask_for_a_while, step_ask_for_ever, step_inside, step_post };
  enum Counter : std::size_t { count_time_outs };

  struct Params {
    std::uint64_t participants = 3;
    std::uint64_t operations = 100;    ///< sections or permits of each asker
    std::uint64_t timeout_ns = 1000;   ///< for which an asker waits before it waits for ever
    std::uint64_t giving_pauses = 20;  ///< inside a section, or between two posts
    std::uint64_t interrupted = 1;     ///< 1: signals interrupt the askers again and again
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, 8, 3},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000, 100},
                                     Param<Params>{"timeout_ns", "ns", &Params::timeout_ns, 0, 1'000'000'000, 1000},
                                     Param<Params>{"giving_pauses", "count", &Params::giving_pauses, 0, 100'000, 20},
                                     Param<Params>{"interrupted", "count", &Params::interrupted, 0, 1, 1}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_giver : role_asker; }
  static Config config(const Params& values, Face face) {
    return {.participants = participants(values), .initial_permits = face == Face::timed_signal ? 0U : 1U};
  }

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes) check::Guarded<Env> guarded;                         ///< lock: by it
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint64_t> posts;  ///< signal: begun, ever
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint64_t> takes;  ///< signal: permits had, ever
  };

  // Everybody does exactly his part; none asks session.more(), since the posts are counted out.

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    const Asker<Env> asker{session, std::chrono::nanoseconds(values.timeout_ns)};
    std::optional<check::Interruptions> interruptions;
    if (values.interrupted != 0 && role(values, self.index) == role_asker) { interruptions.emplace(); }
    if constexpr (face == Face::timed_exclusive) {
      enter_and_leave(self.index, values, shared, objects[0], asker);
    } else if (role(values, self.index) == role_giver) {
      post(values, shared, objects[0], session);
    } else {
      take(values, shared, objects[0], asker);
    }
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& shared, std::span<const Outcome> outcomes) {
    std::uint64_t sections = 0;
    for (const Outcome& outcome : outcomes) { sections += outcome.operations; }
    // relaxed: everybody has finished
    const std::uint64_t takes = shared.takes.load(std::memory_order_relaxed);
    const std::uint64_t due = takes == 0 ? sections : (values.participants - 1) * values.operations;
    const std::uint64_t had = takes == 0 ? shared.guarded.visits() : takes;
    return had == due ? Verdict::ok() : Verdict::violated(check::differs("sections or permits had", had, due));
  }

 private:
  /// Asks with a limit of time, and holds the answer against the clock.
  template <class Env>
  struct Asker {
    measure::Session& session;
    std::chrono::nanoseconds time;

    /// `ask(time)` says whether it had what it wanted. nullopt: it gave up too early, and the session says so.
    template <class Ask>
    std::optional<bool> operator()(Ask ask) const {
      session.step(step_ask_for_a_while);
      const auto before = Env::now();
      if (ask(time)) { return true; }
      const std::chrono::nanoseconds passed = Env::now() - before;
      if (passed < time) [[unlikely]] {
        check::refute(session, "nanoseconds until a wait gave up", static_cast<std::uint64_t>(passed.count()),
                      static_cast<std::uint64_t>(time.count()));
        return std::nullopt;
      }
      session.count(count_time_outs);
      session.step(step_ask_for_ever);
      return false;
    }
  };

  template <class Env, class S>
  static void enter_and_leave(std::uint32_t index, const Params& values, Shared<Env>& shared, S& lock, const Asker<Env>& asker) {
    measure::Session& session = asker.session;
    for (std::uint64_t i = 0; i < values.operations; ++i, session.done()) {
      std::optional<Acquired> acquired;
      const std::optional<bool> had = asker([&](std::chrono::nanoseconds time) {
        acquired = lock.lock_for(time);
        return acquired.has_value();
      });
      if (!had) [[unlikely]] { return; }
      // With a value where it had the lock; without one, it waits for it now.
      const Acquired how = *had ? acquired.value_or(Acquired::clean) : lock.lock();
      if (how != Acquired::clean) [[unlikely]] {
        check::refute(session, how);
        return;
      }
      session.step(step_inside);
      if (!shared.guarded.pass(index, values.giving_pauses, session)) [[unlikely]] { return; }
      lock.unlock();
    }
  }

  template <class Env, class S>
  static void post(const Params& values, Shared<Env>& shared, S& signal, measure::Session& session) {
    session.step(step_post);
    for (std::uint64_t i = 0; i < values.operations * (values.participants - 1); ++i, session.done()) {
      for (std::uint64_t pause = 0; pause < values.giving_pauses; ++pause) { Env::pause(); }
      // relaxed: the post() that follows takes it along
      shared.posts.fetch_add(1, std::memory_order_relaxed);
      signal.post();
    }
  }

  template <class Env, class S>
  static void take(const Params& values, Shared<Env>& shared, S& signal, const Asker<Env>& asker) {
    measure::Session& session = asker.session;
    const std::uint64_t due = values.operations * (values.participants - 1);
    for (std::uint64_t i = 0; i < values.operations; ++i, session.done()) {
      const std::optional<bool> had = asker([&](std::chrono::nanoseconds time) { return signal.wait_for(time); });
      if (!had) [[unlikely]] { return; }
      if (!*had) { signal.wait(); }
      // acq_rel: with the other askers' here, so that the posts of all who are counted are counted too
      const std::uint64_t takes = shared.takes.fetch_add(1, std::memory_order_acq_rel) + 1;
      // relaxed: each counted wait came after its post, and this after them
      if (takes > shared.posts.load(std::memory_order_relaxed)) [[unlikely]] {
        check::refute(session, "a wait returned without a post");
        return;
      }
      if (takes == due && signal.wait_for(std::chrono::nanoseconds::zero())) [[unlikely]] {
        check::refute(session, "a permit is left when all have been taken");
        return;
      }
    }
  }
};

using Plugins = Scenarios<TimedOps>;

}  // namespace shmlab::scenarios::timed_ops
