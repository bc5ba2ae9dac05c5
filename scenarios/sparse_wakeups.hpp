#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "check/elapsed.hpp"
#include "check/outcomes.hpp"
#include "check/pattern.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/patience.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/clock.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::sparse_wakeups {

/// One participant has something to say now and then, and sleeps in the kernel in between; the other waits for it in the strategy's way. What
/// counts is how soon it goes on, and what the waiting costs: CPU time of both, of which the caller's is small.
struct SparseWakeups {
  static constexpr Face faces[] = {Face::channel, Face::signal};
  static constexpr std::string_view roles[] = {"caller", "waiter"};
  static constexpr std::string_view steps[] = {"rest", "call", "wait"};
  static constexpr std::string_view invariants[] = {"every call is heard, once and in order", "every message is whole"};
  static constexpr std::string_view metrics[] = {"calls per second", "time from before the call to after the wait",
                                                 "CPU time of a call"};
  static constexpr std::string_view histograms[] = {"wake"};
  static constexpr ScenarioDescriptor descriptor{.name = "sparse_wakeups",
                                                 .summary = "one participant waits for what another says now and then",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = histograms,
                                                 .counters = {},
                                                 .repeatable = false};
  enum Role : std::uint32_t { role_caller, role_waiter };
  enum Step : std::uint32_t { step_rest, step_call, step_wait };

  struct Params {
    std::uint64_t operations = 0;  ///< calls
    std::uint64_t payload_bytes = 64;
    std::uint64_t interval_ns = 1'000'000;  ///< from one call to the next, and a little more: a sleep is never shorter than asked
  };
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000, 0},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 24, 4096, 64},
                                     Param<Params>{"interval_ns", "ns", &Params::interval_ns, 0, 1'000'000'000, 1'000'000}};
  static constexpr std::size_t instances = 1;
  static constexpr std::uint32_t capacity = 64;

  static std::uint32_t participants(const Params& /*params*/) { return 2; }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_caller : role_waiter; }
  static Config config(const Params& values, Face face) {
    return {.payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = capacity,
            .initial_permits = face == Face::signal ? 0U : 1U};
  }

  template <class Env>
  struct Shared {
    using Word = typename Env::template Atomic<std::uint64_t>;
    alignas(line_pair_bytes)
        std::array<Word, capacity> stamps;  ///< signal: when call i was made, at i modulo their number; 0: the last one
    alignas(line_pair_bytes) Word heard;    ///< calls, by the waiter
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint32_t> never;  ///< what the caller sleeps on: nobody wakes it
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    Line<Env, face, S> line(shared, objects[0], values.payload_bytes);
    if (role(values, self.index) == role_caller) {
      call<Env>(values, shared, line, session);
    } else {
      wait(shared, line, session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    const std::uint64_t made = check::operations_of(outcomes, role_caller);
    const std::uint64_t heard = check::operations_of(outcomes, role_waiter);
    return made == heard ? Verdict::ok() : Verdict::violated(check::differs("calls heard", heard, made));
  }

 private:
  static constexpr std::uint64_t last_call = std::numeric_limits<std::uint64_t>::max();

  /// There is always a first call, however short the run.
  template <class Env, class Line>
  static void call(const Params& values, Shared<Env>& shared, Line& line, measure::Session& session) {
    std::uint64_t number = 0;
    do {
      session.step(step_rest);
      rest<Env>(std::chrono::nanoseconds(values.interval_ns), shared.never);
      await_room(number, shared);
      session.step(step_call);
      line.call(++number, session.timing() ? measure::Clock::now() : 1);
      session.done();
    } while (session.more() && !session.stopped());
    await_room(number, shared);
    line.call(last_call, 0);
  }

  template <class Env>
  static void rest(std::chrono::nanoseconds interval, const typename Env::template Atomic<std::uint32_t>& never) {
    if (interval.count() == 0) { return; }
    const auto end = Env::now() + interval;
    while (Env::now() < end) { Env::futex_wait_until(never, 0, end); }
  }

  /// Calls that nobody has heard yet have places for so many.
  template <class Env>
  static void await_room(std::uint64_t made, const Shared<Env>& shared) {
    // acquire: pairs with the release in wait(): the waiter has read what lay in the place
    for (Patience<Env> patience; made - shared.heard.load(std::memory_order_acquire) >= capacity;) { patience.poll(); }
  }

  template <class Env, class Line>
  static void wait(Shared<Env>& shared, Line& line, measure::Session& session) {
    for (std::uint64_t due = 1;; ++due, session.done()) {
      session.step(step_wait);
      const check::Inspection call = line.await(due);
      const std::uint64_t now = session.stamp();
      if (call.version == last_call) { return; }
      if (!call.whole() || call.version != due) [[unlikely]] {
        return session.violated(check::not_due("the call", call, line.bytes(), due));
      }
      session.sample_ticks(check::elapsed(call.tag, now));
      // release: pairs with the acquire in await_room()
      shared.heard.store(due, std::memory_order_release);
    }
  }

  /// A call's way from one to the other: a message of the channel, or a stamp beside the signal.
  template <class Env, Face face, class S>
  class Line {
   public:
    Line(Shared<Env>& shared, S& object, std::size_t bytes) : shared_(shared), object_(object), message_(bytes) {}

    void call(std::uint64_t number, std::uint64_t stamp) {
      if constexpr (face == Face::channel) {
        check::fill(message_, number, stamp);
        object_.send(message_);
        flush(object_);
      } else {
        if (number != last_call) { last_ = number; }
        const std::uint64_t place = number == last_call ? last_ + 1 : number;
        // relaxed: the post() takes it along
        shared_.stamps[place % capacity].store(stamp, std::memory_order_relaxed);
        object_.post();
      }
    }
    check::Inspection await(std::uint64_t due) {
      if constexpr (face == Face::channel) {
        object_.receive(message_);
        return check::inspect(message_);
      } else {
        object_.wait();
        // relaxed: the wait() has brought it along
        const std::uint64_t stamp = shared_.stamps[due % capacity].load(std::memory_order_relaxed);
        return {.version = stamp == 0 ? last_call : due, .tag = stamp};
      }
    }
    [[nodiscard]] std::size_t bytes() const { return message_.size(); }

   private:
    Shared<Env>& shared_;
    S& object_;
    std::vector<std::byte> message_;
    std::uint64_t last_ = 0;
  };
};

using Plugins = Scenarios<SparseWakeups>;

}  // namespace shmlab::scenarios::sparse_wakeups
