#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/message_content.hpp"
#include "check/outcomes.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"
#include "scenarios/parts/stream_consumer.hpp"
#include "scenarios/parts/stream_format.hpp"
#include "scenarios/parts/stream_producer.hpp"

namespace shmlab::scenarios::stream {

/// One producer, one consumer, numbered messages: first in, first out, none lost, none twice. After the last message the producer
/// sends the number `last_word`, behind which the channel must be empty.
///
/// What a message carries: 8 bytes are the number itself, so that checking costs one comparison; larger ones the pattern of the number.
/// In a timed run a message also carries the stamp of its sending: as the pattern's tag from 24 bytes on; smaller ones have no room,
/// so there the stamp, made strictly increasing, is the number. The order of strictly increasing numbers shows reordering and
/// duplicates, and with them the two counts being equal at the end shows that none was lost.
///
/// Writing and checking a larger pattern takes longer than a fast channel. With check_every above 1 only the first of so many messages carries
/// the whole pattern; of the others the first word, which gives the number, is written and checked. Runs that look for faults have 1, and so
/// has every timed run.
///
/// With an arrival interval the loop is open: messages arrive to be sent at that rate, and their times count from then on, also while the channel is full.
/// Without, the producer sends as fast as it can, and the time of a message begins when its sending does.
struct Stream {
  static constexpr Face faces[] = {Face::bulk_channel, Face::channel};
  static constexpr std::string_view roles[] = {"producer", "consumer"};
  static constexpr std::string_view steps[] = {"send", "await room", "receive", "await message", "await arrival"};
  static constexpr std::string_view invariants[] = {"first in, first out", "no message is lost", "no message comes twice",
                                                    "every message is whole"};
  static constexpr std::string_view metrics[] = {
      "messages per second", "time from before the send, or from the arrival, to after the receive", "full and empty encounters"};
  static constexpr std::string_view histograms[] = {"sojourn"};
  static constexpr std::string_view counters[] = {"full", "empty"};
  static constexpr ScenarioDescriptor descriptor{.name = "stream",
                                                 .summary = "one producer streams numbered messages to one consumer",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = histograms,
                                                 .counters = counters};
  static constexpr std::uint64_t largest_payload = 1'048'576;
  using Params = stream::Params;
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000'000, 0},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, largest_payload, 8},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 65536, 1024},
                                     Param<Params>{"in_place", "count", &Params::in_place, 0, 1, 0},
                                     Param<Params>{"bulk", "count", &Params::bulk, 1, 64, 1},
                                     Param<Params>{"check_every", "count", &Params::check_every, 1, 4096, 64},
                                     Param<Params>{"arrival_interval_ns", "ns", &Params::arrival_interval_ns, 0, 1'000'000, 0}};
  static constexpr std::size_t instances = 1;

  /// Room for messages: what bench takes unless it is told otherwise, as much as Linux gives a pipe; and the most that a case may have.
  static constexpr std::uint64_t usual_room_bytes = std::uint64_t{1} << 20U;
  static constexpr std::uint64_t most_room_bytes = std::uint64_t{256} << 20U;
  static constexpr std::uint64_t least_usual_capacity = 4;

  /// Of large messages a channel holds fewer.
  static Params moderated(Params values) {
    const std::uint64_t usual = std::max(usual_room_bytes / values.payload_bytes, least_usual_capacity);
    values.capacity = std::min(usual, values.capacity);
    return values;
  }

  static std::string_view misfit(const Params& values, Face face) {
    if (values.capacity * values.payload_bytes > most_room_bytes) { return "capacity times payload_bytes is above 256 MiB"; }
    if (values.bulk == 1) { return {}; }
    if (face != Face::bulk_channel) { return "bulk above 1 needs bulk_channel, has channel"; }
    if (values.arrival_interval_ns != 0) {
      return "bulk above 1 sends several at once, with arrival_interval_ns they come one by one";
    }
    return values.in_place == 0 ? "" : "bulk above 1 copies, in_place is 1";
  }

  static std::uint32_t participants(const Params& /*params*/) { return 2; }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_producer : role_consumer; }
  static Config config(const Params& values, Face /*face*/) {
    return {.payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = static_cast<std::uint32_t>(values.capacity)};
  }

  /// Nothing: everything goes through the channel.
  template <class Env>
  struct Shared {};

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& /*shared*/, std::array<S, instances>& objects,
                  measure::Session& session) {
    if (values.payload_bytes == check::BareNumber::bytes) {
      run_as<check::BareNumber, Env, face>(role(values, self.index), values, objects[0], session);
    } else {
      run_as<check::NumberedPattern, Env, face>(role(values, self.index), values, objects[0], session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    const std::uint64_t sent = check::operations_of(outcomes, role_producer);
    const std::uint64_t received = check::operations_of(outcomes, role_consumer);
    return sent == received ? Verdict::ok() : Verdict::violated(check::differs("messages received", received, sent));
  }

 private:
  template <class Content, class Env, Face face, class S>
  static void run_as(std::uint32_t role, const Params& values, S& channel, measure::Session& session) {
    if (role == role_producer) {
      Producer<Content, Env, S> producer(channel, values, session);
      if constexpr (face == Face::bulk_channel) {
        if (values.bulk > 1) { return producer.run_in_bulk(); }
      }
      if (values.arrival_interval_ns != 0) { return producer.run_open(values.arrival_interval_ns); }
      producer.run();
    } else {
      Consumer<Content, Env, S> consumer(channel, values, session);
      if constexpr (face == Face::bulk_channel) {
        if (values.bulk > 1) { return consumer.run_in_bulk(); }
      }
      consumer.run();
    }
  }
};

using Plugins = Scenarios<Stream>;

}  // namespace shmlab::scenarios::stream
