#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/message_port.hpp"
#include "check/producers.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"
#include "scenarios/parts/tallies.hpp"

namespace shmlab::scenarios::mpsc_stream {

/// Several producers stream numbered messages to one consumer: those of each producer come in order, none is lost, none comes twice.
/// Each producer ends with a last word, behind which nothing of it may come; the consumer leaves after the last of them.
struct MpscStream {
  static constexpr Face faces[] = {Face::channel};
  static constexpr std::string_view roles[] = {"producer", "consumer"};
  static constexpr std::string_view steps[] = {"send", "send the last word", "receive"};
  static constexpr std::string_view invariants[] = {"the messages of a producer come in order", "no message is lost",
                                                    "no message comes twice", "every message is whole"};
  static constexpr std::string_view metrics[] = {"messages per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "mpsc_stream",
                                                 .summary = "several producers stream numbered messages to one consumer",
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
  enum Step : std::uint32_t { step_send, step_send_last, step_receive };

  static constexpr std::size_t most_participants = 8;
  struct Params {
    std::uint64_t participants = 3;  ///< one consumer, the others producers
    std::uint64_t operations = 200;  ///< messages of each producer
    std::uint64_t payload_bytes = 16;
    std::uint64_t capacity = 4;
    std::uint64_t in_place = 0;  ///< 1: reserve/commit and front/release; 0: the copying calls
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 3, most_participants, 3},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000, 200},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 4096, 16},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 65536, 4},
                                     Param<Params>{"in_place", "count", &Params::in_place, 0, 1, 0}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t producers(const Params& values) { return participants(values) - 1; }
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
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    check::MessagePort<Env, S> port(objects[0], values.payload_bytes, values.in_place != 0);
    const bool produces = role(values, self.index) == role_producer;
    shared.tallies.set(self.index, produces ? produce(self.index, port, session) : consume(values, port, session));
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& shared, std::span<const Outcome> /*outcomes*/) {
    return shared.tallies.judge(producers(values), participants(values));
  }

 private:
  static constexpr std::uint64_t last_word = 0;  ///< in place of a number

  template <class Port>
  static check::Tally produce(std::uint32_t producer, Port& port, measure::Session& session) {
    session.step(step_send);
    check::Tally sent;
    for (std::uint64_t number = 1; session.more(); session.done(), ++number) {
      const std::uint64_t version = check::message_version(producer, number);
      port.send(version);
      sent.add(version);
    }
    session.step(step_send_last);
    port.send(check::message_version(producer, last_word));
    port.flush();
    return sent;
  }

  template <class Port>
  static check::Tally consume(const Params& values, Port& port, measure::Session& session) {
    session.step(step_receive);
    check::ProducerOrder order(producers(values), check::Gaps::none);
    std::array<bool, most_participants> over{};
    for (std::uint32_t left = producers(values); left > 0;) {
      const check::Inspection message = port.receive();
      const std::uint64_t producer = check::producer_in(message.version);
      const bool of_a_producer = message.whole() && producer < producers(values);
      if (of_a_producer && over[producer]) [[unlikely]] {
        check::refute(session, "a message comes after the last word of its producer");
        break;
      }
      if (of_a_producer && check::number_in(message.version) == last_word) {
        over[producer] = true;
        --left;
        continue;
      }
      if (!order.next(message, port.bytes(), session)) [[unlikely]] { break; }
      session.done();
    }
    return order.tally();
  }
};

using Plugins = Scenarios<MpscStream>;

}  // namespace shmlab::scenarios::mpsc_stream
