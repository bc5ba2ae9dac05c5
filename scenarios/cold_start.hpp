#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "check/expect.hpp"
#include "check/outcomes.hpp"
#include "check/pattern.hpp"
#include "check/why.hpp"
#include "contract/attach_context.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/patience.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::cold_start {

/// What it takes before anything works: the founder sets the object up, attaches, and does the first operation; then the newcomer attaches and does
/// its counterpart (or the same, to a lock). Done once a run, in pages that nobody has touched, by processes that have just begun; so the time of the
/// whole job holds the making of the region and the start of the processes as well.
struct ColdStart {
  static constexpr Face faces[] = {Face::channel, Face::snapshot, Face::signal, Face::exclusive};
  static constexpr std::string_view roles[] = {"founder", "newcomer"};
  static constexpr std::string_view steps[] = {"create", "attach", "first operation"};
  static constexpr std::string_view invariants[] = {"the newcomer finds what the founder left", "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"time of the whole job", "time of the first operation", "time to attach",
                                                 "time to create"};
  static constexpr std::string_view histograms[] = {"first_operation", "attach", "create"};
  static constexpr ScenarioDescriptor descriptor{.name = "cold_start",
                                                 .summary = "create, attach and the first operation, each for the first time",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = histograms,
                                                 .counters = {},
                                                 .repeatable = false};
  enum Role : std::uint32_t { role_founder, role_newcomer };
  enum Step : std::uint32_t { step_create, step_attach, step_first_operation };
  enum Histogram : std::size_t { histogram_first_operation, histogram_attach, histogram_create };

  struct Params {
    std::uint64_t operations = 1;
    std::uint64_t payload_bytes = 64;
    std::uint64_t capacity = 64;
  };
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1, 1},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 65536, 64},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 1024, 64}};
  static constexpr std::size_t instances = 1;
  static constexpr bool attaches_itself = true;
  static bool creates_itself(const Params& /*params*/) { return true; }
  static constexpr std::uint64_t version = 1;
  static constexpr std::size_t page_bytes = 4096;

  static std::uint32_t participants(const Params& /*params*/) { return 2; }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_founder : role_newcomer; }
  static Config config(const Params& values, Face face) {
    return {.payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = static_cast<std::uint32_t>(values.capacity),
            .initial_permits = face == Face::signal ? 0U : 1U};
  }

  template <class Env>
  struct Shared {
    /// 1: the founder has done its part. Fills a page, so that the object begins with one of its own.
    alignas(page_bytes) typename Env::template Atomic<std::uint32_t> founded;
    typename Env::template Plain<std::uint64_t> left;  ///< signal, lock: `version`, under its protection
  };

  // Neither asks session.more(): there is one job, and the newcomer counts on the founder.

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, const AttachContext<S>& context,
                  measure::Session& session) {
    if (role(values, self.index) == role_founder) {
      session.step(step_create);
      const std::uint64_t before_creating = session.stamp();
      context.create();
      session.sample(before_creating, histogram_create);
      session.step(step_attach);
      const std::uint64_t before = session.stamp();
      S object = context.attach(self);
      session.sample(before, histogram_attach);
      if (!found<face>(values, shared, object, session)) { return; }
      // release: pairs with the acquire below
      shared.founded.store(1, std::memory_order_release);
      session.done();
    } else {
      // acquire: pairs with the release above
      for (Patience<Env> patience; shared.founded.load(std::memory_order_acquire) == 0;) {
        if (session.stopped()) { return; }
        patience.poll();
      }
      session.step(step_attach);
      const std::uint64_t before = session.stamp();
      S object = context.attach(self);
      session.sample(before, histogram_attach);
      if (join<face>(values, shared, object, session)) { session.done(); }
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    for (const auto who : {role_founder, role_newcomer}) {
      const std::uint64_t done = check::operations_of(outcomes, who);
      if (done != 1) {
        return Verdict::violated(
            check::differs(who == role_founder ? "jobs done by the founder" : "jobs done by the newcomer", done, 1));
      }
    }
    return Verdict::ok();
  }

 private:
  template <Face face, class Env, class S>
  static bool found(const Params& values, Shared<Env>& shared, S& object, measure::Session& session) {
    std::vector<std::byte> payload(values.payload_bytes);
    check::fill(payload, version);
    session.step(step_first_operation);
    const std::uint64_t before = session.stamp();
    if constexpr (face == Face::channel) {
      object.send(payload);
      flush(object);
    } else if constexpr (face == Face::snapshot) {
      object.publish(payload);
    } else if constexpr (face == Face::signal) {
      shared.left.set(version);
      object.post();
    } else {
      if (!check::lock_clean(object, session)) { return false; }
      shared.left.set(version);
      object.unlock();
    }
    session.sample(before, histogram_first_operation);
    return true;
  }

  /// false: a violation, and the session says so.
  template <Face face, class Env, class S>
  static bool join(const Params& values, Shared<Env>& shared, S& object, measure::Session& session) {
    std::vector<std::byte> payload(values.payload_bytes);
    std::uint64_t seen = 0;
    session.step(step_first_operation);
    const std::uint64_t before = session.stamp();
    if constexpr (face == Face::channel) {
      object.receive(payload);
    } else if constexpr (face == Face::snapshot) {
      object.read(payload);
    } else if constexpr (face == Face::signal) {
      object.wait();
      seen = shared.left.get();
    } else {
      if (!check::lock_clean(object, session)) { return false; }
      seen = shared.left.get();
      object.unlock();
    }
    session.sample(before, histogram_first_operation);
    if constexpr (face == Face::channel || face == Face::snapshot) {
      const check::Inspection inspection = check::inspect(payload);
      if (inspection.whole() && inspection.version == version) { return true; }
      return check::refute(session, check::not_due("what the newcomer found", inspection, payload.size(), version));
    } else {
      return check::expect(session, "what the newcomer found", seen, version);
    }
  }
};

using Plugins = Scenarios<ColdStart>;

}  // namespace shmlab::scenarios::cold_start
