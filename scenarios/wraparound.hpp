#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "check/expect.hpp"
#include "check/message_port.hpp"
#include "check/outcomes.hpp"
#include "check/pattern.hpp"
#include "check/producers.hpp"
#include "check/version_order.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/patience.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::wraparound {

/// A short stream of messages, or of published values, while the counts of the strategy pass the end of 32 bits, of 63 or of 64: no
/// other run lives to see it. Strategies start their counts where Config::first_sequence says.
struct Wraparound {
  static constexpr Face faces[] = {Face::channel, Face::snapshot};
  static constexpr std::string_view roles[] = {"giver", "taker"};
  static constexpr std::string_view steps[] = {"give", "take"};
  static constexpr std::string_view invariants[] = {"channel: first in, first out, none lost, none twice",
                                                    "snapshot: values are whole and never go back", "the last one arrives"};
  static constexpr std::string_view metrics[] = {"messages or values per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "wraparound",
                                                 .summary = "counts and sequence numbers start next to where they come round",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Role : std::uint32_t { role_giver, role_taker };
  enum Step : std::uint32_t { step_give, step_take };

  struct Params {
    std::uint64_t operations = 50;  ///< messages or values
    std::uint64_t end = 2;          ///< which one the counts pass: 0: 2^32, 1: 2^63, 2: 2^64
    std::uint64_t distance = 4;     ///< so far before it they start
    std::uint64_t payload_bytes = 16;
    std::uint64_t capacity = 4;
    std::uint64_t in_place = 0;  ///< channel: 1: reserve/commit and front/release; 0: the copying calls
  };
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000, 50},
                                     Param<Params>{"end", "count", &Params::end, 0, 2, 2},
                                     Param<Params>{"distance", "count", &Params::distance, 0, 64, 4},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 4096, 16},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 64, 4},
                                     Param<Params>{"in_place", "count", &Params::in_place, 0, 1, 0}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& /*params*/) { return 2; }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_giver : role_taker; }
  static Config config(const Params& values, Face /*face*/) {
    constexpr std::array<std::uint64_t, 3> ends{std::uint64_t{1} << 32U, std::uint64_t{1} << 63U, 0};
    return {.payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = static_cast<std::uint32_t>(values.capacity),
            .first_sequence = ends[values.end] - values.distance};
  }

  /// Nothing: everything goes through the strategy.
  template <class Env>
  struct Shared {};

  // Both do exactly `operations`; neither asks session.more(), since the taker awaits the last one.

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& /*shared*/, std::array<S, instances>& objects,
                  measure::Session& session) {
    const bool gives = role(values, self.index) == role_giver;
    session.step(gives ? step_give : step_take);
    if constexpr (face == Face::channel) {
      check::MessagePort<Env, S> port(objects[0], values.payload_bytes, values.in_place != 0);
      gives ? send(values, port, session) : receive(values, port, objects[0], session);
    } else {
      gives ? publish(values, objects[0], session) : read<Env>(values, objects[0], session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    const std::uint64_t given = check::operations_of(outcomes, role_giver);
    return given == values.operations ? Verdict::ok()
                                      : Verdict::violated(check::differs("messages or values given", given, values.operations));
  }

 private:
  static constexpr std::uint32_t the_producer = 0;

  template <class Port>
  static void send(const Params& values, Port& port, measure::Session& session) {
    for (std::uint64_t number = 1; number <= values.operations; ++number, session.done()) {
      port.send(check::message_version(the_producer, number));
    }
    port.flush();
  }
  template <class Port, class S>
  static void receive(const Params& values, Port& port, S& channel, measure::Session& session) {
    check::ProducerOrder order(1, check::Gaps::none);
    for (std::uint64_t number = 1; number <= values.operations; ++number, session.done()) {
      if (!order.next(port.receive(), port.bytes(), session)) [[unlikely]] { return; }
    }
    std::vector<std::byte> one_more(port.bytes());
    if (channel.try_receive(one_more)) { check::refute(session, "a message comes after the last one"); }
  }

  template <class S>
  static void publish(const Params& values, S& snapshot, measure::Session& session) {
    std::vector<std::byte> value(values.payload_bytes);
    for (std::uint64_t version = 1; version <= values.operations; ++version, session.done()) {
      check::fill(value, version);
      snapshot.publish(value);
    }
  }
  template <class Env, class S>
  static void read(const Params& values, S& snapshot, measure::Session& session) {
    std::vector<std::byte> value(values.payload_bytes);
    check::VersionOrder order;
    Patience<Env> patience;
    while (order.latest() != values.operations) {
      const std::uint64_t before = order.latest();
      snapshot.read(value);
      if (!order.next(check::inspect(value), value.size(), session)) [[unlikely]] { return; }
      if (order.latest() > values.operations) [[unlikely]] {
        check::refute(session, "the version read", order.latest(), values.operations);
        return;
      }
      session.done();
      if (order.latest() == before) { patience.poll(); }
    }
  }
};

using Plugins = Scenarios<Wraparound>;

}  // namespace shmlab::scenarios::wraparound
