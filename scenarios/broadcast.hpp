#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "check/expect.hpp"
#include "check/pattern.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::broadcast {

/// One tells numbered messages, and each of the others hears all of them, in order. After the last one it tells the number `last_word`,
/// behind which nothing may come.
struct Broadcast {
  static constexpr Face faces[] = {Face::broadcast};
  static constexpr std::string_view roles[] = {"teller", "listener"};
  static constexpr std::string_view steps[] = {"tell", "tell the last word", "hear"};
  static constexpr std::string_view invariants[] = {"every listener hears every message once, in order",
                                                    "every message is whole"};
  static constexpr std::string_view metrics[] = {"messages per second, told"};
  static constexpr ScenarioDescriptor descriptor{.name = "broadcast",
                                                 .summary = "one participant tells numbered messages to all others",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 0,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {}};
  enum Role : std::uint32_t { role_teller, role_listener };
  enum Step : std::uint32_t { step_tell, step_tell_last, step_hear };

  struct Params {
    std::uint64_t participants = 3;  ///< one teller, the others listeners
    std::uint64_t operations = 0;    ///< messages
    std::uint64_t payload_bytes = 8;
    std::uint64_t capacity = 1024;
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, 8, 3},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000'000, 0},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 4096, 8},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 65536, 1024}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*values*/, std::uint32_t index) { return index == 0 ? role_teller : role_listener; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values),
            .readers = participants(values) - 1,
            .payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = static_cast<std::uint32_t>(values.capacity)};
  }

  /// Nothing: everything goes through the ring.
  template <class Env>
  struct Shared {};

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& /*shared*/, std::array<S, instances>& objects,
                  measure::Session& session) {
    std::vector<std::byte> message(values.payload_bytes);
    if (role(values, self.index) == role_teller) {
      tell(objects[0], message, session);
    } else {
      hear(objects[0], message, session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*values*/, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    for (const Outcome& outcome : outcomes) {
      if (outcome.operations != outcomes[0].operations) {
        return Verdict::violated(check::differs("messages heard", outcome.operations, outcomes[0].operations));
      }
    }
    return Verdict::ok();
  }

 private:
  static constexpr std::uint64_t last_word = std::numeric_limits<std::uint64_t>::max();

  template <class S>
  static void tell(S& ring, std::span<std::byte> message, measure::Session& session) {
    session.step(step_tell);
    for (std::uint64_t number = 1; session.more(); session.done(), ++number) {
      check::fill(message, number);
      ring.tell(message);
    }
    session.step(step_tell_last);
    check::fill(message, last_word);
    ring.tell(message);
  }

  template <class S>
  static void hear(S& ring, std::span<std::byte> message, measure::Session& session) {
    session.step(step_hear);
    for (std::uint64_t due = 1;; session.done(), ++due) {
      ring.hear(message);
      const check::Inspection heard = check::inspect(message);
      if (heard.whole() && heard.version == due) [[likely]] { continue; }
      if (!heard.whole() || heard.version != last_word) {
        check::refute(session, check::not_due("the message heard", heard, message.size(), due));
      } else if (ring.try_hear(message)) {
        check::refute(session, "a message comes after the last one");
      }
      return;
    }
  }
};

using Plugins = Scenarios<Broadcast>;

}  // namespace shmlab::scenarios::broadcast
