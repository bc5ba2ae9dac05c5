#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/elapsed.hpp"
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

namespace shmlab::scenarios::latest_value {

/// One writer publishes values 1, 2, 3, ..., the others read whatever is the latest. What counts is reads per second; what the writer
/// publishes meanwhile is the counter "publishes". `operations` limits the writer; the readers go on until it is done, then read once
/// more and must see its last value.
struct LatestValue {
  static constexpr Face faces[] = {Face::snapshot};
  static constexpr std::string_view roles[] = {"writer", "reader"};
  static constexpr std::string_view steps[] = {"rest", "publish", "read", "read the last value"};
  static constexpr std::string_view invariants[] = {"every value read is whole",
                                                    "no reader sees an older value after a newer one",
                                                    "the last value published is the last one read"};
  static constexpr std::string_view metrics[] = {"reads per second", "time of a read", "age of the value read", "retries",
                                                 "publishes"};
  static constexpr std::string_view histograms[] = {"read", "age"};
  static constexpr std::string_view counters[] = {"publishes", "retries", "stale"};
  static constexpr ScenarioDescriptor descriptor{.name = "latest_value",
                                                 .summary = "one writer publishes, readers read the latest whole value",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = histograms,
                                                 .counters = counters,
                                                 .shown_counter = "retries"};
  enum Role : std::uint32_t { role_writer, role_reader };
  enum Step : std::uint32_t { step_rest, step_publish, step_read, step_read_last };
  enum Histogram : std::size_t { histogram_read, histogram_age };
  enum Counter : std::size_t { count_publishes, count_retries, count_stale };

  struct Params {
    std::uint64_t participants = 2;
    std::uint64_t operations = 0;  ///< publishes
    std::uint64_t payload_bytes = 64;
    std::uint64_t write_interval_ns = 0;  ///< from one publish to the next; 0: the writer never rests
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, 8, 2},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000, 0},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 1'048'576, 64},
                                     Param<Params>{"write_interval_ns", "ns", &Params::write_interval_ns, 0, 100'000, 0}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_writer : role_reader; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values),
            .readers = participants(values) - 1,
            .payload_bytes = static_cast<std::uint32_t>(values.payload_bytes)};
  }

  template <class Env>
  struct Shared {
    /// The version that the writer published last, once it is done; 0 before.
    alignas(line_pair_bytes) typename Env::template Atomic<std::uint64_t> last_version;
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    if (role(values, self.index) == role_writer) {
      write<Env>(values, shared, objects[0], session);
    } else {
      Reader<S>(values, objects[0], session).run(shared);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& shared, std::span<const Outcome> outcomes) {
    const std::uint64_t published = check::operations_of(outcomes, role_writer);
    // relaxed: everybody has finished
    const std::uint64_t last = shared.last_version.load(std::memory_order_relaxed);
    return last == published + 1 ? Verdict::ok() : Verdict::violated(check::differs("the last version", last, published + 1));
  }

 private:
  template <class Env, class S>
  static void write(const Params& values, Shared<Env>& shared, S& snapshot, measure::Session& session) {
    std::vector<std::byte> value(values.payload_bytes);
    std::uint64_t version = 0;
    const auto publish = [&] {
      check::fill(value, ++version);
      if (session.timing()) { check::put_tag(value, version, session.stamp()); }
      snapshot.publish(value);
      session.count(count_publishes);
    };
    Schedule<Env> schedule(values.write_interval_ns);
    for (; session.more(); session.done()) {
      session.step(step_rest);
      schedule.rest(session);
      session.step(step_publish);
      publish();
    }
    // One more, so that there is a last value even when the run is stopped before the first; it is not an operation.
    publish();
    // release: pairs with the acquire in Reader::run(). It orders the reads of the last value only: an acquire that finds 0 orders
    // nothing, so what is read before stands on the strategy's own ordering.
    shared.last_version.store(version, std::memory_order_release);
  }

  /// When the writer may publish next.
  template <class Env>
  class Schedule {
   public:
    explicit Schedule(std::uint64_t interval_ns)
        : interval_(measure::Clock::from_ns(static_cast<double>(interval_ns))),
          due_(interval_ == 0 ? 0 : measure::Clock::now()) {}

    void rest(const measure::Session& session) {
      if (interval_ == 0) { return; }
      std::uint64_t now = measure::Clock::now();
      for (Patience<Env> patience; now < due_ && !session.stopped(); now = measure::Clock::now()) { patience.poll(); }
      due_ = std::max(due_, now) + interval_;  // a writer that has fallen behind does not hurry to catch up
    }

   private:
    std::uint64_t interval_;
    std::uint64_t due_;
  };

  template <class S>
  class Reader {
   public:
    Reader(const Params& values, S& snapshot, measure::Session& session)
        : snapshot_(snapshot),
          session_(session),
          value_(values.payload_bytes),
          has_stamp_(value_.size() >= check::pattern::least_tagged) {}

    template <class Env>
    void run(const Shared<Env>& shared) {
      session_.step(step_read);
      std::uint64_t last = 0;
      // acquire: pairs with the writer's release; from then on the last value is there to be read
      while ((last = shared.last_version.load(std::memory_order_acquire)) == 0) {
        if (!read()) { return; }
        // Where somebody looks on, one round is like the next: the writer's turn.
        if constexpr (Env::spin_limit == 0) { Env::pause(); }
      }
      session_.step(step_read_last);
      if (!read()) { return; }
      if (version_ != last) { session_.violated(check::differs("the version read after the last publish", version_, last)); }
    }

   private:
    /// false: a violation, and the session says so.
    bool read() {
      const std::uint64_t before = session_.stamp();
      const std::uint64_t retries = snapshot_.read(value_);
      const std::uint64_t after = session_.stamp();
      const check::Inspection inspection = check::inspect(value_);
      if (!inspection.whole()) [[unlikely]] { return violated(check::not_whole("the value read", inspection, value_.size())); }
      if (inspection.version < version_) [[unlikely]] {
        return violated(check::went_back("the version read", version_, inspection.version));
      }
      if (retries != 0) { session_.count(count_retries, retries); }
      if (inspection.version == version_) { session_.count(count_stale); }
      version_ = inspection.version;
      session_.sample_ticks(check::elapsed(before, after), histogram_read);
      if (has_stamp_ && !inspection.blank()) { session_.sample_ticks(check::elapsed(inspection.tag, after), histogram_age); }
      session_.done();
      return true;
    }
    bool violated(const std::string& why) {
      session_.violated(why);
      return false;
    }

    S& snapshot_;
    measure::Session& session_;
    std::vector<std::byte> value_;
    bool has_stamp_;
    std::uint64_t version_ = 0;  ///< of the value read last; 0: the blank one
  };
};

using Plugins = Scenarios<LatestValue>;

}  // namespace shmlab::scenarios::latest_value
