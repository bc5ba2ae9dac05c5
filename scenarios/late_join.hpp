#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "check/expect.hpp"
#include "check/guarded.hpp"
#include "check/message_port.hpp"
#include "check/outcomes.hpp"
#include "check/pattern.hpp"
#include "check/producers.hpp"
#include "check/version_order.hpp"
#include "check/why.hpp"
#include "contract/attach_context.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/patience.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::late_join {

/// Participants attach while others are at work: the first one at once, each other after the ones before it have done some operations;
/// with a lateness of 0 all at the same moment. Who attaches must find the state as the others left it: one who sets it up again opens
/// a lock that is held, and takes away permits, messages and values. The first may also create what the others, who are there already,
/// attach to as soon as he says so.
/// - A lock: everybody has his sections.
/// - A signal, a channel: the first posts or sends exactly what the others need together.
/// - A snapshot: the first publishes.
struct LateJoin {
  static constexpr Face faces[] = {Face::channel, Face::snapshot, Face::signal, Face::exclusive};
  static constexpr std::string_view roles[] = {"first", "latecomer"};
  static constexpr std::string_view steps[] = {"create", "before attaching", "attached"};
  static constexpr std::string_view invariants[] = {"one owner at a time", "no permit, message or value is lost by attaching",
                                                    "messages of one consumer come in order, values never go back",
                                                    "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"operations per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "late_join",
                                                 .summary = "participants attach while others create or are at work",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Role : std::uint32_t { role_first, role_latecomer };
  enum Step : std::uint32_t { step_create, step_before_attaching, step_attached };

  struct Params {
    std::uint64_t participants = 2;
    std::uint64_t operations = 50;  ///< of each participant; of the first as many as all others need together
    std::uint64_t lateness = 5;     ///< operations of each participant before the latecomer, at most `operations` and `capacity`
    std::uint64_t payload_bytes = 16;
    std::uint64_t capacity = 8;
    std::uint64_t inside_pauses = 5;  ///< lock: inside a section
    std::uint64_t created_late = 1;   ///< 1: the first participant creates the object; 0: it is there before anybody
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, 8, 2},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000, 50},
                                     Param<Params>{"lateness", "count", &Params::lateness, 0, 64, 5},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 4096, 16},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 64, 8},
                                     Param<Params>{"inside_pauses", "count", &Params::inside_pauses, 0, 1000, 5},
                                     Param<Params>{"created_late", "count", &Params::created_late, 0, 1, 1}};
  static constexpr std::size_t instances = 1;
  static constexpr bool attaches_itself = true;
  static bool creates_itself(const Params& values) { return values.created_late != 0; }

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_first : role_latecomer; }
  static Config config(const Params& values, Face face) {
    return {.participants = participants(values),
            .readers = participants(values) - 1,
            .payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = static_cast<std::uint32_t>(values.capacity),
            .initial_permits = face == Face::signal ? 0U : 1U};
  }

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint64_t> done;  ///< operations: of all, or of the first one
    alignas(line_pair_bytes) check::Guarded<Env> guarded;                        ///< lock: by it
    typename Env::template Atomic<std::uint32_t> created;                        ///< 1: attach
  };

  // Everybody does exactly his part; none asks session.more(), since others count on it.

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, const AttachContext<S>& context,
                  measure::Session& session) {
    if (creates_itself(values)) { create_or_await<Env>(self, shared, context, session); }
    session.step(step_before_attaching);
    const std::uint64_t awaited = work_awaited<face>(self.index, values);
    std::uint64_t done = 0;
    // acquire: pairs with the release in completed(): what the snapshot must show at least
    for (Patience<Env> patience; (done = shared.done.load(std::memory_order_acquire)) < awaited;) { patience.poll(); }
    S object = context.attach(self);
    session.step(step_attached);
    if constexpr (face == Face::exclusive) {
      visit(self.index, values, shared, object, session);
    } else if (role(values, self.index) == role_first) {
      give<Env, face>(values, shared, object, session);
    } else {
      take<Env, face>(values, done, object, session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& shared, std::span<const Outcome> outcomes) {
    // relaxed: everybody has finished
    const std::uint64_t done = shared.done.load(std::memory_order_relaxed);
    const std::uint64_t visits = shared.guarded.visits();
    if (visits != 0 && visits != done) { return Verdict::violated(check::differs("visits inside", visits, done)); }
    const std::uint64_t by_latecomers = check::operations_of(outcomes, role_latecomer);
    const std::uint64_t due = values.operations * (values.participants - 1);
    return by_latecomers == due ? Verdict::ok()
                                : Verdict::violated(check::differs("operations of the latecomers", by_latecomers, due));
  }

 private:
  static constexpr std::uint32_t the_producer = 0;

  template <class Env, class S>
  static void create_or_await(Participant self, Shared<Env>& shared, const AttachContext<S>& context, measure::Session& session) {
    session.step(step_create);
    if (self.index == 0) {
      context.create();
      // release: pairs with the acquire below: who attaches finds it whole
      shared.created.store(1, std::memory_order_release);
      return;
    }
    // acquire: pairs with the release above
    for (Patience<Env> patience; shared.created.load(std::memory_order_acquire) == 0;) { patience.poll(); }
  }

  /// How many operations are done when this one attaches. Those before it can do them alone.
  template <Face face>
  static std::uint64_t work_awaited(std::uint32_t index, const Params& values) {
    if (index == 0) { return 0; }
    const std::uint64_t each = std::min(values.lateness, values.operations);
    if (face == Face::exclusive) { return each * index; }
    return face == Face::channel ? std::min(each, values.capacity) : each;
  }

  template <class Env>
  static void completed(Shared<Env>& shared, measure::Session& session) {
    // release: pairs with the acquire in run()
    shared.done.fetch_add(1, std::memory_order_release);
    session.done();
  }

  template <class Env, class S>
  static void visit(std::uint32_t index, const Params& values, Shared<Env>& shared, S& lock, measure::Session& session) {
    for (std::uint64_t i = 0; i < values.operations; ++i) {
      if (!check::lock_clean(lock, session)) { return; }
      if (!shared.guarded.pass(index, values.inside_pauses, session)) { return; }
      lock.unlock();
      completed(shared, session);
    }
  }

  template <class Env, Face face, class S>
  static void give(const Params& values, Shared<Env>& shared, S& object, measure::Session& session) {
    const std::uint64_t due = values.operations * (values.participants - 1);
    if constexpr (face == Face::channel) {
      check::MessagePort<Env, S> port(object, values.payload_bytes, false);
      for (std::uint64_t number = 1; number <= due; ++number, completed(shared, session)) {
        port.send(check::message_version(the_producer, number));
      }
      port.flush();
    } else if constexpr (face == Face::snapshot) {
      std::vector<std::byte> value(values.payload_bytes);
      for (std::uint64_t version = 1; version <= values.operations; ++version, completed(shared, session)) {
        check::fill(value, version);
        object.publish(value);
      }
    } else {
      for (std::uint64_t i = 0; i < due; ++i, completed(shared, session)) { object.post(); }
    }
  }

  /// `published`: what a snapshot shows at least.
  template <class Env, Face face, class S>
  static void take(const Params& values, std::uint64_t published, S& object, measure::Session& session) {
    if constexpr (face == Face::channel) {
      check::MessagePort<Env, S> port(object, values.payload_bytes, false);
      check::ProducerOrder order(1, values.participants == 2 ? check::Gaps::none : check::Gaps::allowed);
      for (std::uint64_t i = 0; i < values.operations; ++i, session.done()) {
        if (!order.next(port.receive(), port.bytes(), session)) { return; }
      }
    } else if constexpr (face == Face::snapshot) {
      std::vector<std::byte> value(values.payload_bytes);
      check::VersionOrder order(published);
      for (Patience<Env> patience;; patience.poll()) {
        object.read(value);
        if (!order.next(check::inspect(value), value.size(), session)) { return; }
        if (order.latest() >= values.operations) { break; }
      }
      if (!check::expect(session, "the last version", order.latest(), values.operations)) { return; }
      session.done(values.operations);
    } else {
      for (std::uint64_t i = 0; i < values.operations; ++i, session.done()) { object.wait(); }
    }
  }
};

using Plugins = Scenarios<LateJoin>;

}  // namespace shmlab::scenarios::late_join
