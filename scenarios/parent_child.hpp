#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/elapsed.hpp"
#include "check/look_again.hpp"
#include "check/outcomes.hpp"
#include "check/pattern.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/patience.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::parent_child {

/// The textbook job: the parent fills 1,024 bytes, the child waits for them, reads them and verifies each. Done once a run.
/// The bytes lie in the message or snapshot of the strategy, or in Shared under its protection.
struct ParentChild {
  static constexpr Face faces[] = {Face::channel, Face::snapshot, Face::signal, Face::exclusive};
  static constexpr std::string_view roles[] = {"parent", "child"};
  static constexpr std::string_view steps[] = {"fill", "hand over", "await", "verify"};
  static constexpr std::string_view invariants[] = {"the child sees the parent's 1,024 bytes", "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"time from the start of the filling to verified in the child"};
  static constexpr std::string_view histograms[] = {"fill_to_verified"};
  static constexpr ScenarioDescriptor descriptor{.name = "parent_child",
                                                 .summary = "a parent fills 1,024 bytes, a child reads and verifies them",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = histograms,
                                                 .counters = {}};
  enum Role : std::uint32_t { role_parent, role_child };
  enum Step : std::uint32_t { step_fill, step_hand_over, step_await, step_verify };

  struct Params {
    std::uint64_t operations = 1;
  };
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1, 1}};
  static constexpr std::size_t instances = 1;
  static constexpr std::uint32_t payload_bytes = 1024;
  /// The version of the pattern that the parent writes.
  static constexpr std::uint64_t version = 1;

  static std::uint32_t participants(const Params& /*params*/) { return 2; }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_parent : role_child; }
  static Config config(const Params& /*params*/, Face face) {
    return {.payload_bytes = payload_bytes, .capacity = 1, .initial_permits = face == Face::signal ? 0U : 1U};
  }

  using Payload = std::array<std::byte, payload_bytes>;

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes) Payload payload{};                          ///< signal, exclusive: what the parent fills
    alignas(line_pair_bytes) typename Env::template Plain<bool> filled;  ///< exclusive: whether it has; under the lock
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    if (role(values, self.index) == role_parent) {
      hand_over<Env, face>(shared, objects[0], session);
    } else {
      await<Env, face>(shared, objects[0], session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    for (const auto who : {role_parent, role_child}) {
      const std::uint64_t done = check::operations_of(outcomes, who);
      if (done != 1) {
        return Verdict::violated(
            check::differs(who == role_parent ? "jobs done by the parent" : "jobs done by the child", done, 1));
      }
    }
    return Verdict::ok();
  }

 private:
  // Neither body asks session.more(): there is one job, and a parent that left it undone would leave the child waiting.

  template <class Env, Face face, class S>
  static void hand_over(Shared<Env>& shared, S& object, measure::Session& session) {
    const std::uint64_t stamp = session.stamp();  // travels as the pattern's tag, behind the strategy like every other byte
    session.step(step_fill);
    if constexpr (face == Face::channel || face == Face::snapshot) {
      Payload local;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled next
      check::fill(local, version, stamp);
      session.step(step_hand_over);
      if constexpr (face == Face::channel) {
        object.send(local);
        flush(object);
      } else {
        object.publish(local);
      }
    } else if constexpr (face == Face::signal) {
      check::fill<Env>(shared.payload, version, stamp);
      session.step(step_hand_over);
      object.post();
    } else {
      if (!lock(object, session)) { return; }
      check::fill<Env>(shared.payload, version, stamp);
      shared.filled.set(true);
      session.step(step_hand_over);
      object.unlock();
    }
    session.done();
  }

  template <class Env, Face face, class S>
  static void await(Shared<Env>& shared, S& object, measure::Session& session) {
    session.step(step_await);
    if constexpr (face == Face::channel) {
      Payload local;  // NOLINT(cppcoreguidelines-pro-type-member-init): the message
      object.receive(local);
      verify(check::inspect(local), session);
    } else if constexpr (face == Face::snapshot) {
      Payload local;  // NOLINT(cppcoreguidelines-pro-type-member-init): the snapshot
      check::Inspection inspection;
      for (Patience<Env> patience;; patience.poll()) {
        object.read(local);
        inspection = check::inspect(local);
        if (!inspection.blank()) { break; }
      }
      verify(inspection, session);
    } else if constexpr (face == Face::signal) {
      object.wait();
      verify(check::inspect<Env>(shared.payload), session);
    } else {
      for (Patience<Env> patience;; patience.poll()) {
        if (!lock(object, session)) { return; }
        check::look_again();
        if (shared.filled.get()) { break; }
        object.unlock();
      }
      const check::Inspection inspection = check::inspect<Env>(shared.payload);
      object.unlock();
      verify(inspection, session);
    }
  }

  static void verify(const check::Inspection& inspection, measure::Session& session) {
    session.step(step_verify);
    if (!inspection.whole() || inspection.version != version) {
      session.violated(check::not_due("what the child read", inspection, payload_bytes, version));
      return;
    }
    session.sample_ticks(check::elapsed(inspection.tag, session.stamp()));
    session.done();
  }

  template <class S>
  static bool lock(S& object, measure::Session& session) {
    const Acquired acquired = object.lock();
    if (acquired != Acquired::clean) [[unlikely]] { session.violated(check::nobody_died(acquired)); }
    return acquired == Acquired::clean;
  }
};

using Plugins = Scenarios<ParentChild>;

}  // namespace shmlab::scenarios::parent_child
