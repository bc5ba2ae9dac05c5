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

namespace shmlab::scenarios::recorded_snapshot {

/// One writer publishes and the others read, with the pauses of a generated program, and record each call: the history must be one of a
/// register, so that values are not only whole and in order, but as fresh as the calls say.
struct RecordedSnapshot {
  static constexpr Face faces[] = {Face::snapshot};
  static constexpr std::string_view roles[] = {"writer", "reader"};
  static constexpr std::string_view steps[] = {"publish", "read"};
  static constexpr std::string_view invariants[] = {"the history of the calls is linearizable", "every value read is whole"};
  static constexpr std::string_view metrics[] = {"calls per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "recorded_snapshot",
                                                 .summary = "publishes and reads of a generated program, judged by their history",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Role : std::uint32_t { role_writer, role_reader };
  enum Step : std::uint32_t { step_publish, step_read };

  struct Params {
    std::uint64_t participants = 2;
    std::uint64_t operations = 200;  ///< calls of each participant
    std::uint64_t payload_bytes = 32;
    std::uint64_t program = 1;  ///< chooses the pauses
  };
  static constexpr std::array params{
      Param<Params>{"participants", "count", &Params::participants, 2, 8, 2},
      Param<Params>{"operations", "count", &Params::operations, 1, 100'000, 200},
      Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 4096, 32},
      Param<Params>{"program", "count", &Params::program, 0, std::numeric_limits<std::uint64_t>::max(), 1}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_writer : role_reader; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values),
            .readers = participants(values) - 1,
            .payload_bytes = static_cast<std::uint32_t>(values.payload_bytes)};
  }
  static std::uint64_t events(const Params& values) { return values.operations; }

  /// Nothing: everything goes through the strategy.
  template <class Env>
  struct Shared {};

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& /*shared*/, std::array<S, instances>& snapshots,
                  measure::Session& session) {
    check::Program program(values.program, self.index);
    std::vector<std::byte> value(values.payload_bytes);
    const bool writes = role(values, self.index) == role_writer;
    session.step(writes ? step_publish : step_read);
    for (std::uint64_t version = 1; session.more(); session.done(), ++version) {
      if (writes) {
        check::fill(value, version);
        session.called(Action::publish, version);
        snapshots[0].publish(value);
        session.returned();
      } else {
        session.called(Action::read);
        snapshots[0].read(value);
        const check::Inspection inspection = check::inspect(value);
        session.returned(inspection.version);
        if (!inspection.whole()) [[unlikely]] {
          check::refute(session, check::not_whole("the value read", inspection, value.size()));
          return;
        }
      }
      check::pause<Env>(program, most_pauses);
    }
  }

  /// What there is to judge is in the history.
  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> /*outcomes*/) {
    return Verdict::ok();
  }
  static Verdict judge_history(const Params& /*params*/, Face /*face*/, std::span<const Event> history) {
    return check::judge_recorded(check::HistoryModel::snapshot, history);
  }

 private:
  static constexpr std::uint64_t most_pauses = 3;
};

using Plugins = Scenarios<RecordedSnapshot>;

}  // namespace shmlab::scenarios::recorded_snapshot
