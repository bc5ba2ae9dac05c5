#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/message_port.hpp"
#include "check/producers.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"
#include "scenarios/parts/tallies.hpp"

namespace shmlab::scenarios::mpmc_stream {

/// Several producers stream numbered messages to several consumers: what one consumer receives of one producer is in order, and all
/// consumers together receive exactly what all producers sent. Who finishes last of the producers sends a farewell for each consumer.
struct MpmcStream {
  static constexpr Face faces[] = {Face::channel};
  static constexpr std::string_view roles[] = {"producer", "consumer"};
  static constexpr std::string_view steps[] = {"send", "send the farewells", "receive"};
  static constexpr std::string_view invariants[] = {"a consumer sees the messages of a producer in order", "no message is lost",
                                                    "no message comes twice", "every message is whole"};
  static constexpr std::string_view metrics[] = {"messages per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "mpmc_stream",
                                                 .summary = "several producers stream numbered messages to several consumers",
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
  enum Step : std::uint32_t { step_send, step_send_farewells, step_receive };

  static constexpr std::size_t most_participants = 8;
  struct Params {
    std::uint64_t participants = 4;  ///< the first half producers, the others consumers
    std::uint64_t operations = 200;  ///< messages of each producer
    std::uint64_t payload_bytes = 16;
    std::uint64_t capacity = 4;
    std::uint64_t in_place = 0;  ///< 1: reserve/commit and front/release; 0: the copying calls
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 4, most_participants, 4},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000, 200},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 4096, 16},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 65536, 4},
                                     Param<Params>{"in_place", "count", &Params::in_place, 0, 1, 0}};
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

  template <class Env>
  struct Shared {
    Tallies<Env, most_participants> tallies;
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint32_t> finished;  ///< producers that have sent all
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    check::MessagePort<Env, S> port(objects[0], values.payload_bytes, values.in_place != 0);
    const bool produces = role(values, self.index) == role_producer;
    shared.tallies.set(self.index,
                       produces ? produce(self.index, values, shared, port, session) : consume(values, port, session));
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& shared, std::span<const Outcome> /*outcomes*/) {
    return shared.tallies.judge(producers(values), participants(values));
  }

 private:
  static constexpr std::uint64_t farewell = std::numeric_limits<std::uint64_t>::max();  ///< in place of a version

  template <class Env, class Port>
  static check::Tally produce(std::uint32_t producer, const Params& values, Shared<Env>& shared, Port& port,
                              measure::Session& session) {
    session.step(step_send);
    check::Tally sent;
    for (std::uint64_t number = 1; session.more(); session.done(), ++number) {
      const std::uint64_t version = check::message_version(producer, number);
      port.send(version);
      sent.add(version);
    }
    port.flush();
    // acq_rel: with the other producers' here, so that the last one's farewells come after the messages of all
    if (shared.finished.fetch_add(1, std::memory_order_acq_rel) + 1 == producers(values)) {
      session.step(step_send_farewells);
      for (std::uint32_t consumer = producers(values); consumer < participants(values); ++consumer) { port.send(farewell); }
      port.flush();
    }
    return sent;
  }

  template <class Port>
  static check::Tally consume(const Params& values, Port& port, measure::Session& session) {
    session.step(step_receive);
    check::ProducerOrder order(producers(values), check::Gaps::allowed);
    while (true) {
      const check::Inspection message = port.receive();
      if (message.whole() && message.version == farewell) { break; }
      if (!order.next(message, port.bytes(), session)) [[unlikely]] { break; }
      session.done();
    }
    return order.tally();
  }
};

using Plugins = Scenarios<MpmcStream>;

}  // namespace shmlab::scenarios::mpmc_stream
