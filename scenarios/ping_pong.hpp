#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
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

namespace shmlab::scenarios::ping_pong {

/// Strict alternation: ping hands over a payload, pong verifies it and hands one back. In round r = 0, 1, ... ping's payload has
/// version 2r + 1 and pong's 2r + 2, so that each knows what is due. Object 0 carries the way there, object 1 the way back (an
/// exclusive strategy needs one: a turn under the lock). Ping ends the run with the version `over`.
struct PingPong {
  static constexpr Face faces[] = {Face::channel, Face::signal, Face::snapshot, Face::exclusive};
  static constexpr std::string_view roles[] = {"ping", "pong"};
  static constexpr std::string_view steps[] = {"hand over", "await"};
  static constexpr std::string_view invariants[] = {"the two alternate", "each sees the other's payload of this round, whole",
                                                    "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"round trips per second", "round-trip time"};
  static constexpr std::string_view histograms[] = {"round_trip"};
  static constexpr ScenarioDescriptor descriptor{.name = "ping_pong",
                                                 .summary = "two participants answer each other in turn",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = histograms,
                                                 .counters = {}};
  enum Role : std::uint32_t { role_ping, role_pong };
  enum Step : std::uint32_t { step_hand_over, step_await };

  static constexpr std::size_t largest_payload = 1024;
  struct Params {
    std::uint64_t operations = 0;  ///< rounds
    std::uint64_t payload_bytes = 8;
  };
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000, 0},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, largest_payload, 8}};
  static constexpr std::size_t instances = 2;

  static std::uint32_t participants(const Params& /*params*/) { return 2; }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_ping : role_pong; }
  static Config config(const Params& values, Face face) {
    return {.payload_bytes = static_cast<std::uint32_t>(values.payload_bytes), .initial_permits = face == Face::signal ? 0U : 1U};
  }

  using Payload = std::array<std::byte, largest_payload>;
  /// The two ways; also the index of the object that carries it.
  enum Way : std::uint32_t { there, back };
  enum class Turn : std::uint32_t { ping, pong };

  template <class Env>
  struct Shared {
    struct alignas(line_pair_bytes) Slot {
      Payload payload{};
    };
    std::array<Slot, 2> slots;                                         ///< signal, exclusive: the payload of each way
    alignas(line_pair_bytes) typename Env::template Plain<Turn> turn;  ///< exclusive: who may write; under the lock
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    Exchange<Env, face, S> exchange(shared, objects, session, values.payload_bytes);
    if (role(values, self.index) == role_ping) {
      ping(exchange, session);
    } else {
      pong(exchange, session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    const std::uint64_t asked = check::operations_of(outcomes, role_ping);
    const std::uint64_t answered = check::operations_of(outcomes, role_pong);
    return asked == answered ? Verdict::ok() : Verdict::violated(check::differs("rounds answered by pong", answered, asked));
  }

 private:
  /// The largest odd number: the version with which ping takes its leave.
  static constexpr std::uint64_t over = std::numeric_limits<std::uint64_t>::max();

  template <class Exchange>
  static void ping(Exchange& exchange, measure::Session& session) {
    std::uint64_t version = 1;
    std::uint64_t before = session.stamp();
    for (; session.more(); session.done()) {
      if (!exchange.hand_over(there, version)) { return; }
      if (exchange.await(back, version + 1) == 0) { return; }
      version += 2;
      const std::uint64_t now = session.stamp();
      session.sample_ticks(check::elapsed(before, now));
      before = now;
    }
    exchange.hand_over(there, over);
  }

  template <class Exchange>
  static void pong(Exchange& exchange, measure::Session& session) {
    for (std::uint64_t version = 1;; version += 2) {
      const std::uint64_t received = exchange.await(there, version);
      if (received == 0 || received == over) { return; }
      if (!exchange.hand_over(back, version + 1)) { return; }
      session.done();
    }
  }

  /// Handing a payload over and awaiting one, by each face.
  template <class Env, Face face, class S>
  class Exchange {
   public:
    Exchange(Shared<Env>& shared, std::array<S, instances>& objects, measure::Session& session, std::size_t bytes)
        : shared_(shared), objects_(objects), session_(session), bytes_(bytes) {}

    /// false: a violation, and the session says so.
    bool hand_over(Way way, std::uint64_t version) {
      session_.step(step_hand_over);
      if constexpr (face == Face::channel) {
        check::fill(local(), version);
        objects_[way].send(local());
        flush(objects_[way]);
      } else if constexpr (face == Face::snapshot) {
        check::fill(local(), version);
        objects_[way].publish(local());
      } else if constexpr (face == Face::signal) {
        check::fill<Env>(slot(way), version);
        objects_[way].post();
      } else {
        return hand_over_under_lock(way, version);
      }
      return true;
    }

    /// The version received: the one that was due, or `over`. 0: a violation, and the session says so.
    std::uint64_t await(Way way, std::uint64_t due) {
      session_.step(step_await);
      if constexpr (face == Face::channel) {
        objects_[way].receive(local());
        return accept(check::inspect(local()), due);
      } else if constexpr (face == Face::snapshot) {
        return await_snapshot(objects_[way], due);
      } else if constexpr (face == Face::signal) {
        objects_[way].wait();
        check::look_again();
        return accept(check::inspect<Env>(slot(way)), due);
      } else {
        return await_under_lock(way, due);
      }
    }

   private:
    bool hand_over_under_lock(Way way, std::uint64_t version) {
      if (!lock()) { return false; }
      if (shared_.turn.get() != giver(way)) [[unlikely]] {
        session_.violated("the turn went to the other by itself");
        return false;
      }
      check::fill<Env>(slot(way), version);
      shared_.turn.set(taker(way));
      objects_[0].unlock();
      return true;
    }
    std::uint64_t await_under_lock(Way way, std::uint64_t due) {
      for (Patience<Env> patience;; patience.poll()) {
        if (!lock()) { return 0; }
        check::look_again();
        if (shared_.turn.get() == taker(way)) { break; }
        objects_[0].unlock();
      }
      const check::Inspection inspection = check::inspect<Env>(slot(way));
      objects_[0].unlock();
      return accept(inspection, due);
    }
    bool lock() {
      const Acquired acquired = objects_[0].lock();
      if (acquired != Acquired::clean) [[unlikely]] { session_.violated(check::nobody_died(acquired)); }
      return acquired == Acquired::clean;
    }

    std::uint64_t await_snapshot(S& object, std::uint64_t due) {
      const std::uint64_t previous = due < 2 ? 0 : due - 2;
      for (Patience<Env> patience;; patience.poll()) {
        object.read(local());
        const check::Inspection inspection = check::inspect(local());
        const bool still_previous = inspection.whole() && inspection.version == previous;
        if (!still_previous) { return accept(inspection, due); }
      }
    }

    std::uint64_t accept(const check::Inspection& inspection, std::uint64_t due) {
      const bool leave = inspection.version == over && due % 2 == over % 2;
      if (inspection.whole() && (inspection.version == due || leave)) [[likely]] { return inspection.version; }
      session_.violated(check::not_due("the payload received", inspection, bytes_, due));
      return 0;
    }

    static constexpr Turn giver(Way way) { return way == there ? Turn::ping : Turn::pong; }
    static constexpr Turn taker(Way way) { return way == there ? Turn::pong : Turn::ping; }
    std::span<std::byte> local() { return {local_.data(), bytes_}; }
    std::span<std::byte> slot(Way way) { return {shared_.slots[way].payload.data(), bytes_}; }

    Shared<Env>& shared_;
    std::array<S, instances>& objects_;
    measure::Session& session_;
    std::size_t bytes_;
    alignas(cache_line_bytes) Payload local_{};
  };
};

using Plugins = Scenarios<PingPong>;

}  // namespace shmlab::scenarios::ping_pong
