#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "check/expect.hpp"
#include "check/guarded.hpp"
#include "check/pattern.hpp"
#include "check/producers.hpp"
#include "check/version_order.hpp"
#include "check/why.hpp"
#include "contract/acquired.hpp"
#include "contract/attach_context.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/patience.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

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
  enum Role : std::uint32_t { role_victim, role_waiter, role_partner, role_newcomer };
  enum Step : std::uint32_t {
    step_before,
    step_lock,
    step_inside,
    step_unlock,
    step_post,
    step_wait,
    step_publish,
    step_read,
    step_send,
    step_receive,
    step_done
  };
  /// What a participant counts, of what it met.
  enum Counter : std::size_t {
    counter_told,          ///< answers that somebody has died
    counter_repaired,      ///< of them, those after which it went on
    counter_could_be_had,  ///< answers that prove that what the waiter wants is there to be had
    counter_cycles,        ///< complete
    counter_timed_out,     ///< answers that the time was over
    counter_from_victim,   ///< messages of the victim, received by its peer
    counter_lost,          ///< messages that the victim took and had not counted when it died, as its successor sees
    counter_duplicated     ///< messages that the victim had counted, and its successor got again
  };
  /// Which side the victim plays of a signal, a snapshot or a channel; of a lock with readers it takes when it reads.
  enum Side : std::uint64_t { side_gives, side_takes };

  struct Params {
    std::uint64_t participants = 4;
    std::uint64_t operations = 20;  ///< cycles of each
    std::uint64_t side = 0;         ///< Side
    std::uint64_t payload_bytes = 16;
    std::uint64_t capacity = 1;
    std::uint64_t timed =
        0;  ///< 1: a newcomer first gives up after a while. Only where somebody is stopped: time does not repeat
  };
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

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint32_t> departure;  ///< Departure of the victim
    typename Env::template Atomic<std::uint64_t> received;                            ///< channel: by the victim
    typename Env::template Atomic<std::uint64_t> posts;                               ///< signal: begun
    typename Env::template Atomic<std::uint64_t> permits;                             ///< signal: taken
    typename Env::template Atomic<std::uint64_t> told;                                ///< answers that somebody has died
    typename Env::template Atomic<std::uint64_t> reads;                               ///< of the guarded record, complete
    alignas(line_pair_bytes) check::Guarded<Env> guarded;                             ///< by the lock
  };

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
    // release: pairs with the acquire in await_departure()
    if (index == role_victim) { shared.departure.store(departure_died, std::memory_order_release); }
  }

  /// Through a channel or a broadcast: everybody attaches when it is his turn, since who takes another's place must find the state as that left it.
  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, const AttachContext<S>& context,
                  measure::Session& session) {
    session.step(step_before);
    if (self.index != role_newcomer) {
      const bool succeeds = self.index == role_partner;
      const Departure departure = succeeds ? await_departure(shared) : departure_none;
      auto object = attach<face>(self, values, context, session);
      Party<Env, decltype(object)> party{values, shared, object, session, self.index, departure};
      or_told(party, [&] { party.exchange_messages(); });
    }
    leave(self.index, shared, session);
  }

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    session.step(step_before);
    Party<Env, S> party{values, shared, objects[0], session, self.index, departure_none};
    or_told(party, [&] {
      if constexpr (face == Face::exclusive) {
        party.visit();
      } else if constexpr (face == Face::shared_read) {
        party.visit_or_read();
      } else if constexpr (face == Face::signal) {
        party.post_or_wait();
      } else {
        party.publish_or_read();
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
  static constexpr std::chrono::milliseconds a_while{5};

  enum Departure : std::uint32_t { departure_none, departure_alive, departure_died };
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
  static Departure await_departure(const Shared<Env>& shared) {
    std::uint32_t departure = departure_none;
    // acquire: pairs with the releases in leave() and bury()
    for (Patience<Env> patience; (departure = shared.departure.load(std::memory_order_acquire)) == departure_none;) {
      patience.poll();
    }
    return static_cast<Departure>(departure);
  }
  template <class Env>
  static void leave(std::uint32_t index, Shared<Env>& shared, measure::Session& session) {
    session.step(step_done);
    // release: pairs with the acquire in await_departure(): who takes the place finds all that was done
    if (index == role_victim) { shared.departure.store(departure_alive, std::memory_order_release); }
  }

  /// One who tells or listens, as one end of a channel; beside the victim's peer there is a listener, who hears the same.
  template <class S>
  struct BroadcastEnd {
    S own;
    std::optional<S> beside;
    std::vector<std::byte> heard_beside;
    measure::Session& session;

    bool try_send(std::span<const std::byte> message) { return own.try_tell(message) && hear_beside(message); }
    void send(std::span<const std::byte> message) {
      own.tell(message);
      hear_beside(message);
    }
    bool try_receive(std::span<std::byte> into) { return own.try_hear(into) && hear_beside(into); }
    void receive(std::span<std::byte> into) {
      own.hear(into);
      hear_beside(into);
    }

   private:
    bool hear_beside(std::span<const std::byte> message) {
      if (!beside) { return true; }
      beside->hear(heard_beside);
      if (!std::ranges::equal(heard_beside, message)) { check::refute(session, "two listeners hear different messages"); }
      return true;
    }
  };
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
  template <class Party, class Body>
  static void or_told(Party& party, Body body) {
    try {
      body();
    } catch (const std::system_error& error) {
      if (error.code() != std::errc::state_not_recoverable) { throw; }
      party.tell();
    }
  }

  /// One participant at work. false from a member: it has been told, or has seen a violation, and the session says so.
  template <class Env, class S>
  struct Party {
    const Params& values;
    Shared<Env>& shared;
    S& object;
    measure::Session& session;
    std::uint32_t index;
    Departure departure;  ///< of the victim, for who takes its place

    void tell() {
      session.count(counter_told);
      // relaxed: read when everybody has ended
      shared.told.fetch_add(1, std::memory_order_relaxed);
    }

    void visit() {
      for (std::uint64_t i = 0; i < values.operations; ++i, complete()) {
        session.step(step_lock);
        const Acquired acquired = acquire();
        if (acquired != Acquired::clean) { tell(); }
        if (acquired == Acquired::not_recoverable) { return; }
        session.step(step_inside);
        if (acquired == Acquired::owner_died) { shared.guarded.repair(); }
        if (!shared.guarded.pass(index, 0, session)) { return; }
        session.step(step_unlock);
        object.unlock();
        if (acquired == Acquired::owner_died) { session.count(counter_repaired); }
        could_be_had();
      }
    }

    void visit_or_read() {
      if (index != role_victim || values.side == side_gives) { return visit(); }
      for (std::uint64_t i = 0; i < values.operations; ++i, complete()) {
        session.step(step_read);
        const Acquired acquired = object.lock_shared();
        if (acquired != Acquired::clean) { tell(); }
        if (acquired == Acquired::not_recoverable) { return; }
        if (acquired == Acquired::clean && !shared.guarded.look(session)) { return; }
        object.unlock_shared();
        // relaxed: read when everybody has ended
        shared.reads.fetch_add(1, std::memory_order_relaxed);
      }
    }

    void post_or_wait() {
      if (gives()) {
        const std::uint64_t waiters = values.participants - (values.side == side_gives ? 2 : 1);
        const std::uint64_t posts = values.operations * (index == role_victim ? 1 : waiters);
        for (std::uint64_t i = 0; i < posts; ++i, complete()) {
          session.step(step_post);
          // relaxed, and below: counted when everybody has ended
          shared.posts.fetch_add(1, std::memory_order_relaxed);
          object.post();
        }
        return;
      }
      for (std::uint64_t i = 0; i < values.operations; ++i, complete()) {
        session.step(step_wait);
        take_permit();
        shared.permits.fetch_add(1, std::memory_order_relaxed);
        could_be_had();
      }
    }

    void publish_or_read() {
      std::vector<std::byte> value(values.payload_bytes);
      const bool succeeds = index == role_partner && (plays_as_channel() || values.side == side_gives);
      if (succeeds) { await_departure(shared); }
      if (publishes()) {
        const std::uint64_t before = succeeds ? values.operations : 0;
        for (std::uint64_t i = 1; i <= values.operations; ++i, complete()) {
          check::fill(value, before + i);
          session.step(step_publish);
          object.publish(value);
        }
        return;
      }
      check::VersionOrder order;
      for (std::uint64_t i = 0; i < values.operations; ++i, complete()) {
        session.step(step_read);
        object.read(value);
        if (!order.next(check::inspect(value), value.size(), session)) { return; }
        could_be_had();
      }
    }

    void exchange_messages() {
      const bool sends = (index == role_waiter) == (values.side == side_takes);  // the waiter plays the other side
      if (sends) {
        send();
      } else {
        receive();
      }
    }

   private:
    /// Whether it plays the victim's side and that gives, or is the partner of those who take.
    [[nodiscard]] bool gives() const {
      if (index == role_victim) { return values.side == side_gives; }
      return index == role_partner;
    }
    [[nodiscard]] bool plays_as_channel() const { return values.participants == 3; }
    [[nodiscard]] bool publishes() const {
      return plays_as_channel() ? (index == role_waiter) == (values.side == side_takes) : gives();
    }
    /// Whether it is to give up before it waits without an end.
    [[nodiscard]] bool gives_up() const { return values.timed != 0 && index == role_newcomer; }
    Acquired acquire() {
      if constexpr (TimedExclusive<S>) {
        if (gives_up()) {
          if (const std::optional<Acquired> in_time = object.lock_for(a_while)) { return *in_time; }
          session.count(counter_timed_out);
        }
      }
      return object.lock();
    }
    void take_permit() {
      if constexpr (TimedSignal<S>) {
        if (gives_up()) {
          if (object.wait_for(a_while)) { return; }
          session.count(counter_timed_out);
        }
      }
      object.wait();
    }
    void complete() {
      session.count(counter_cycles);
      session.done();
    }
    /// What a newcomer gets, the waiter could have had.
    void could_be_had() {
      if (index == role_newcomer) { session.count(counter_could_be_had); }
    }

    void send() {
      const std::uint32_t producer = index == role_partner ? 1 : 0;
      const std::uint64_t messages = values.operations * (index == role_waiter ? 2 : 1);
      std::vector<std::byte> message(values.payload_bytes);
      for (std::uint64_t number = 1; number <= messages; ++number, complete()) {
        check::fill(message, check::message_version(producer, number));
        session.step(step_send);
        if (asks_first(number)) {
          if (heed([&] { return object.try_send(message); })) { continue; }
          session.count(counter_could_be_had);  // it is full: there is a message
        }
        heed([&] {
          object.send(message);
          return true;
        });
      }
      if constexpr (Channel<S>) { flush(object); }
    }

    void receive() {
      std::vector<std::byte> message(values.payload_bytes);
      check::ProducerOrder order(index == role_waiter ? 2 : 1, index == role_partner ? check::Gaps::allowed : check::Gaps::none);
      const std::uint64_t last = index == role_waiter    ? check::message_version(1, values.operations)
                                 : index == role_partner ? check::message_version(0, 2 * values.operations)
                                                         : check::message_version(0, values.operations);
      std::uint64_t latest = 0;
      for (std::uint64_t version = 0; version != last; complete()) {
        session.step(step_receive);
        take(message, asks_first(latest + 1));
        const check::Inspection inspection = check::inspect(message);
        version = inspection.version;
        if (index == role_waiter && check::producer_in(version) == 0) { session.count(counter_from_victim); }
        if (!order.next(inspection, message.size(), session)) { return; }
        if (index == role_partner && !follows(check::number_in(version), latest)) { return; }
        latest = check::number_in(version);
        // relaxed: ordered by the departure, for who takes the place
        if (index == role_victim) { shared.received.store(latest, std::memory_order_relaxed); }
      }
    }

    /// Who takes the victim's place first asks without waiting.
    [[nodiscard]] bool asks_first(std::uint64_t number) const { return index == role_partner && number == 1; }
    void take(std::span<std::byte> message, bool ask) {
      if (ask) {
        if (heed([&] { return object.try_receive(message); })) { return; }
        session.count(counter_could_be_had);  // it is empty: there is a free slot
      }
      heed([&] {
        object.receive(message);
        return true;
      });
    }
    /// A channel that has told its user of the peer's death by an exception goes on with whoever takes the place.
    template <class Call>
    bool heed(Call call) {
      for (std::uint64_t deaths = 0;; ++deaths) {
        try {
          const bool done = call();
          session.count(counter_repaired, deaths);
          return done;
        } catch (const std::system_error& error) {
          if (error.code() != std::errc::owner_dead) { throw; }
          tell();
        }
      }
    }
    /// Nothing is lost: after the last that the victim received comes the next; whoever died may have had one more.
    [[nodiscard]] bool follows(std::uint64_t number, std::uint64_t latest) const {
      if (latest != 0) { return check::expect(session, "the next message", number, latest + 1); }
      const std::uint64_t received = shared.received.load(std::memory_order_relaxed);  // relaxed: see the store
      if (departure == departure_died && number == received + 2) {
        session.count(counter_lost);
        return true;
      }
      if (number <= received) { session.count(counter_duplicated); }
      return check::expect(session, "the first message in the victim's place", number, received + 1);
    }
  };
};

using Plugins = Scenarios<Survivors>;

}  // namespace shmlab::scenarios::survivors
