#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "check/expect.hpp"
#include "check/outcomes.hpp"
#include "check/pattern.hpp"
#include "check/producers.hpp"
#include "check/program.hpp"
#include "check/recorded.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/history.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::recorded_channel {

/// Producers send and consumers receive by whatever call a generated program says, and record each call: the history must be one of a
/// first-in-first-out queue. So that nobody waits for ever, every message is sent in the end, and a consumer takes a ticket before each
/// message, of which there are as many as messages: an answer "full" or "empty" is recorded, and followed by a call that waits.
struct RecordedChannel {
  static constexpr Face faces[] = {Face::channel};
  static constexpr std::string_view roles[] = {"producer", "consumer"};
  static constexpr std::string_view steps[] = {"send", "receive"};
  static constexpr std::string_view invariants[] = {"the history of the calls is linearizable", "every message is whole",
                                                    "every message arrives"};
  static constexpr std::string_view metrics[] = {"messages per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "recorded_channel",
                                                 .summary = "sends and receives of a generated program, judged by their history",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Role : std::uint32_t { role_producer, role_consumer };
  enum Step : std::uint32_t { step_send, step_receive };

  struct Params {
    std::uint64_t participants = 2;  ///< the first half producers, the others consumers
    std::uint64_t operations = 100;  ///< messages of each producer
    std::uint64_t payload_bytes = 16;
    std::uint64_t capacity = 2;
    std::uint64_t program = 1;  ///< chooses calls and pauses
  };
  static constexpr std::array params{
      Param<Params>{"participants", "count", &Params::participants, 2, 8, 2},
      Param<Params>{"operations", "count", &Params::operations, 1, 100'000, 100},
      Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 4096, 16},
      Param<Params>{"capacity", "count", &Params::capacity, 1, 64, 2},
      Param<Params>{"program", "count", &Params::program, 0, std::numeric_limits<std::uint64_t>::max(), 1}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t producers(const Params& values) { return participants(values) / 2; }
  static std::uint32_t role(const Params& values, std::uint32_t index) {
    return index < producers(values) ? role_producer : role_consumer;
  }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values),
            .writers = producers(values),
            .readers = participants(values) - producers(values),
            .payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = static_cast<std::uint32_t>(values.capacity)};
  }
  /// Two calls a message at most; one consumer may take all.
  static std::uint64_t events(const Params& values) { return 2 * messages(values); }

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint64_t> tickets;  ///< taken by consumers, ever
  };

  // Everybody goes through his whole program; none asks session.more(), since others count on his messages.

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& channels,
                  measure::Session& session) {
    check::Program program(values.program, self.index);
    Caller<Env, S> caller{channels[0], session, std::vector<std::byte>(values.payload_bytes)};
    if (role(values, self.index) == role_producer) {
      session.step(step_send);
      for (std::uint64_t number = 1; number <= values.operations; ++number, session.done()) {
        caller.send(check::message_version(self.index, number), program);
        check::pause<Env>(program, most_pauses);
      }
    } else {
      session.step(step_receive);
      // relaxed: carries no data
      while (shared.tickets.fetch_add(1, std::memory_order_relaxed) < messages(values)) {
        if (!caller.receive(program)) [[unlikely]] { return; }
        session.done();
        check::pause<Env>(program, most_pauses);
      }
    }
  }

  /// Whether messages were the right ones is in the history.
  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    const std::uint64_t received = check::operations_of(outcomes, role_consumer);
    return received == messages(values) ? Verdict::ok()
                                        : Verdict::violated(check::differs("messages received", received, messages(values)));
  }
  /// Config::capacity is what a channel has room for at least: the history says whether it was refused, not how many are too many.
  static Verdict judge_history(const Params& values, Face /*face*/, std::span<const Event> history) {
    return check::judge_recorded(check::HistoryModel::queue, history, {.least_capacity = values.capacity});
  }

 private:
  static constexpr std::uint64_t most_pauses = 2;
  static std::uint64_t messages(const Params& values) { return values.operations * producers(values); }

  enum Call : std::uint64_t { call_waits, call_tries, call_in_place, calls };

  template <class Env, class S>
  struct Caller {
    S& channel;
    measure::Session& session;
    std::vector<std::byte> message;

    void send(std::uint64_t version, check::Program& program) {
      const auto call = static_cast<Call>(program.choose(calls));
      check::fill(message, version);
      session.called(Action::send, version);
      if (call == call_tries ? channel.try_send(message) : call == call_in_place && send_in_place(version)) { return sent(); }
      if (call != call_waits) {
        session.refused();
        session.called(Action::send, version);
      }
      channel.send(message);
      sent();
    }
    /// A message that is held back has not been sent.
    void sent() {
      flush(channel);
      session.returned();
    }
    bool send_in_place(std::uint64_t version) {
      const std::span<std::byte> slot = channel.reserve();
      if (slot.empty()) { return false; }
      check::fill<Env>(slot, version);
      channel.commit();
      return true;
    }

    /// false: a violation, and the session says so.
    bool receive(check::Program& program) {
      const auto call = static_cast<Call>(program.choose(calls));
      session.called(Action::receive);
      check::Inspection inspection;
      bool received = false;
      if (call == call_in_place) {
        received = receive_in_place(inspection);
      } else if (call == call_tries) {
        received = channel.try_receive(message);
        if (received) { inspection = check::inspect(message); }
      }
      if (!received) {
        if (call != call_waits) {
          session.refused();
          session.called(Action::receive);
        }
        channel.receive(message);
        inspection = check::inspect(message);
      }
      session.returned(inspection.version);
      return inspection.whole() || check::refute(session, check::not_whole("the message", inspection, message.size()));
    }
    bool receive_in_place(check::Inspection& inspection) {
      const std::span<const std::byte> slot = channel.front();
      if (slot.empty()) { return false; }
      inspection = check::inspect<Env>(slot);
      channel.release();
      return true;
    }
  };
};

using Plugins = Scenarios<RecordedChannel>;

}  // namespace shmlab::scenarios::recorded_channel
