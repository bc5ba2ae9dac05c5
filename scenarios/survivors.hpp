#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "check/why.hpp"
#include "contract/attach_context.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"
#include "scenarios/parts/broadcast_end.hpp"
#include "scenarios/parts/survivor.hpp"
#include "scenarios/parts/survivor_of_channel.hpp"
#include "scenarios/parts/survivor_of_lock.hpp"
#include "scenarios/parts/survivor_of_signal.hpp"
#include "scenarios/parts/survivor_of_snapshot.hpp"
#include "scenarios/parts/survivors_terms.hpp"

namespace shmlab::scenarios::survivors {

/// The scenario of deaths: the victim may be killed anywhere, and those who are left must find what the strategy's contract promises them.
/// With nobody dying it is a scenario like any other. Everybody does whole cycles:
/// - A lock: everybody visits the guarded record. Who is told of a death repairs it; who is not must find it whole. Where readers share it, the
///   victim visits, or reads.
/// - A signal: the victim posts, or waits; waiter and newcomer wait; the partner posts enough for all who wait.
/// - A snapshot: the victim publishes, or reads; waiter and newcomer read; the partner publishes, in the victim's place once that has left.
/// - A channel: the victim sends, or receives; the waiter is its peer; the partner takes the victim's place once that has left, and
///   attaches then. Who is told that the peer died goes on, and waits for the partner. There is nothing for a newcomer to do.
/// - A broadcast: as through a channel; but the waiter is two of those whom Config counts: victim's peer, and a listener beside it.
/// Of three participants one reads a snapshot at a time: they play it as a channel, with the waiter as the victim's peer.
struct Survivors {
  static constexpr Face faces[] = {Face::channel,   Face::snapshot,    Face::signal,
                                   Face::broadcast, Face::shared_read, Face::exclusive};
  static constexpr std::string_view roles[] = {"victim", "waiter", "partner", "newcomer"};
  static constexpr std::string_view steps[] = {"before",  "lock", "inside", "unlock",  "post", "wait",
                                               "publish", "read", "send",   "receive", "done"};
  static constexpr std::string_view invariants[] = {"a half-written record is not handed over as clean",
                                                    "one owner at a time",
                                                    "no more permits are taken than were given",
                                                    "values are whole and never go back",
                                                    "all listeners hear the same",
                                                    "messages are whole and in order; of those who live none is lost",
                                                    "nobody is reported dead who lives"};
  static constexpr std::string_view metrics[] = {"cycles per second"};
  static constexpr std::string_view counters[] = {"told",      "repaired",        "could be had", "cycles",
                                                  "timed out", "from the victim", "lost",         "duplicated"};
  static constexpr ScenarioDescriptor descriptor{.name = "survivors",
                                                 .summary = "a participant may be killed anywhere; the others go on, or are told",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = counters,
                                                 .timed = false};
  using Params = survivors::Params;
  template <class Env>
  using Shared = survivors::Shared<Env>;

  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 3, 4, 4},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000, 20},
                                     Param<Params>{"side", "0 gives, 1 takes", &Params::side, 0, 1, 0},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 4096, 16},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 64, 1},
                                     Param<Params>{"timed", "set by those who stop somebody", &Params::timed, 0, 0, 0}};
  static constexpr std::size_t instances = 1;
  static constexpr bool attaches_itself = true;
  static constexpr FaceSet late_faces{Face::channel, Face::broadcast};

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index; }
  static Config config(const Params& values, Face face) {
    return {.participants = face == Face::broadcast ? places : participants(values),
            .writers = 1,
            .readers = readers(values, face),
            .payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = static_cast<std::uint32_t>(values.capacity),
            .initial_permits = face == Face::signal ? 0U : 1U};
  }

  /// What the contract promises the others when a participant dies that has entered this step, and no later one. Of those whom others
  /// wait for by the rules of the scenario nothing better can be said than that they may wait.
  static OnDeath promised(const DeathContract& contract, Face face, const Params& /*params*/, std::uint32_t index,
                          std::uint32_t step) {
    const OnDeath worst_of_step = worst(contract, face, step);
    return is_awaited(face, index) && step != step_done ? std::max(OnDeath::blocks, worst_of_step) : worst_of_step;
  }

  /// The harness knows that a participant is dead, and says so to those who take its place. No part of the strategy.
  template <class Env>
  static void bury(Shared<Env>& shared, std::uint32_t index) {
    if (index == role_victim) { announce_departure(shared, departure_died); }
  }

  /// Through a channel or a broadcast: everybody attaches when it is his turn, since who takes another's place must find the state as that left it.
  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, const AttachContext<S>& context,
                  measure::Session& session) {
    session.step(step_before);
    if (self.index != role_newcomer) {
      const bool succeeds = self.index == role_partner;
      const Departure departure = succeeds ? await_departure(shared) : departure_none;
      auto channel = attach<face>(self, values, context, session);
      const Survivor<Env> survivor{values, shared, session, self.index};
      or_told(survivor, [&] { SurvivorOfChannel(survivor, channel, departure).exchange_messages(); });
    }
    leave(self.index, shared, session);
  }

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    session.step(step_before);
    const Survivor<Env> survivor{values, shared, session, self.index};
    or_told(survivor, [&] {
      if constexpr (face == Face::exclusive) {
        SurvivorOfLock(survivor, objects[0]).visit();
      } else if constexpr (face == Face::shared_read) {
        SurvivorOfLock(survivor, objects[0]).visit_or_read();
      } else if constexpr (face == Face::signal) {
        SurvivorOfSignal(survivor, objects[0]).post_or_wait();
      } else {
        SurvivorOfSnapshot(survivor, objects[0]).publish_or_read();
      }
    });
    leave(self.index, shared, session);
  }

  /// Participants that have died are accounted for; all others have finished.
  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& shared, std::span<const Outcome> outcomes) {
    std::uint64_t complete = 0;
    std::uint64_t dead = 0;
    for (const Outcome& outcome : outcomes) {
      (outcome.ending == Ending::died ? dead : complete) += outcome.ending == Ending::died ? 1 : outcome.operations;
    }
    // relaxed, here and below: everybody has ended
    complete -= shared.reads.load(std::memory_order_relaxed);
    if (dead == 0 && shared.told.load(std::memory_order_relaxed) != 0) {
      return Verdict::violated("somebody was told of a death, and nobody died");
    }
    const std::uint64_t visits = shared.guarded.visits();
    if (visits != 0 && (visits < complete || visits > complete + dead * values.operations)) {
      return Verdict::violated(check::differs("visits inside", visits, complete));
    }
    if (dead == 0 && !shared.guarded.is_tidy()) { return Verdict::violated("the record is half written, and nobody died"); }
    const std::uint64_t posts = shared.posts.load(std::memory_order_relaxed);
    const std::uint64_t permits = shared.permits.load(std::memory_order_relaxed);
    return permits <= posts ? Verdict::ok() : Verdict::violated(check::differs("permits taken", permits, posts));
  }

 private:
  /// Participants of a broadcast, as its Config counts them.
  enum Place : std::uint32_t { place_of_victim, place_of_peer, place_beside, places };

  static bool is_awaited(Face face, std::uint32_t index) {
    const bool streams = face == Face::channel || face == Face::broadcast;
    return (index == role_partner && (face == Face::signal || streams)) || (index == role_waiter && streams);
  }
  static std::uint32_t readers(const Params& values, Face face) {
    if (face == Face::broadcast) { return places - 1; }
    if (face != Face::snapshot || values.participants == 3) { return 1; }
    return participants(values) - (values.side == side_gives ? 2U : 1U);
  }
  /// Who waits may hold already, or again.
  static OnDeath worst(const DeathContract& contract, Face face, std::uint32_t step) {
    switch (step) {
      case step_lock: return std::max(contract.holder, contract.waiter);
      case step_inside:
      case step_unlock: return contract.holder;
      case step_post: return contract.poster;
      case step_wait: return contract.waiter;
      case step_publish: return contract.writer;
      case step_read: return std::max(contract.reader, contract.waiter);
      // Nobody has to take anything from a teller who waits.
      case step_send: return face == Face::broadcast ? contract.producer : std::max(contract.producer, contract.waiter);
      case step_receive: return std::max(contract.consumer, contract.waiter);
      default: return OnDeath::unaffected;
    }
  }

  template <class Env>
  static void leave(std::uint32_t index, Shared<Env>& shared, measure::Session& session) {
    session.step(step_done);
    if (index == role_victim) { announce_departure(shared, departure_alive); }
  }

  template <Face face, class S>
  static auto attach(Participant self, const Params& values, const AttachContext<S>& context, measure::Session& session) {
    if constexpr (face == Face::broadcast) {
      std::vector<std::byte> heard(values.payload_bytes);
      if (self.index != role_waiter) {
        return BroadcastEnd<S>{context.attach({place_of_victim}), std::nullopt, std::move(heard), session};
      }
      return BroadcastEnd<S>{context.attach({place_of_peer}), context.attach({place_beside}), std::move(heard), session};
    } else {
      return context.attach(self);
    }
  }

  /// An adapter throws when its lock says not_recoverable: it has told us, and there is nothing more to do.
  template <class Env, class Body>
  static void or_told(const Survivor<Env>& survivor, Body body) {
    try {
      body();
    } catch (const std::system_error& error) {
      if (error.code() != std::errc::state_not_recoverable) { throw; }
      survivor.tell();
    }
  }
};

using Plugins = Scenarios<Survivors>;

}  // namespace shmlab::scenarios::survivors
