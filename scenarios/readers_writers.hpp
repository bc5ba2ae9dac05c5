#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/look_again.hpp"
#include "check/why.hpp"
#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::readers_writers {

/// Everybody reads one record under the shared lock, and now and then rewrites it under the exclusive one. A write adds one to every word, from
/// the first to the last, and looks in the middle whether it is alone; a read takes all words, twice, and they must be equal.
struct ReadersWriters {
  static constexpr Face faces[] = {Face::shared_read};
  static constexpr std::string_view roles[] = {"worker"};
  static constexpr std::string_view steps[] = {"outside", "lock", "write", "unlock", "lock_shared", "read", "unlock_shared"};
  static constexpr std::string_view invariants[] = {"no writer beside a writer", "no reader beside a writer",
                                                    "every record read is whole, and no older than the one before",
                                                    "no write is lost", "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"sections per second", "reads", "writes",
                                                 "time to acquire, by readers and writers"};
  static constexpr std::string_view histograms[] = {"read", "write"};
  static constexpr std::string_view counters[] = {"reads", "writes"};
  static constexpr ScenarioDescriptor descriptor{
      .name = "readers_writers",
      .summary = "all participants read one record under a shared lock, and rewrite it now and then",
      .faces = faces,
      .roles = roles,
      .steps = steps,
      .invariants = invariants,
      .metrics = metrics,
      .histograms = histograms,
      .counters = counters};
  enum Step : std::uint32_t { step_outside, step_lock, step_write, step_unlock, step_lock_shared, step_read, step_unlock_shared };
  enum Histogram : std::size_t { histogram_read, histogram_write };
  enum Counter : std::size_t { count_reads, count_writes };

  struct Params {
    std::uint64_t participants = 2;
    std::uint64_t operations = 0;       ///< sections of each participant
    std::uint64_t reads_per_write = 9;  ///< of each participant; when it writes depends on its index
    std::uint64_t outside_pauses = 0;   ///< between two sections
    std::uint64_t inside_pauses = 0;    ///< in the middle of a section
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, 8, 2},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000, 0},
                                     Param<Params>{"reads_per_write", "count", &Params::reads_per_write, 1, 100, 9},
                                     Param<Params>{"outside_pauses", "count", &Params::outside_pauses, 0, 1000, 0},
                                     Param<Params>{"inside_pauses", "count", &Params::inside_pauses, 0, 1000, 0}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t /*index*/) { return 0; }
  static Config config(const Params& values, Face /*face*/) { return {.participants = participants(values)}; }

  static constexpr std::size_t record_words = 4;
  static constexpr std::uint32_t nobody = 0;

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes) std::array<typename Env::template Plain<std::uint64_t>, record_words> record;
    typename Env::template Plain<std::uint32_t> writer;  ///< index + 1 of who writes
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    Visitor<Env, S> visitor{values, shared, objects[0], session, self.index + 1};
    const std::uint64_t period = values.reads_per_write + 1;
    for (std::uint64_t section = self.index; session.more(); session.done(), ++section) {
      session.step(step_outside);
      for (std::uint64_t i = 0; i < values.outside_pauses; ++i) { Env::pause(); }
      const bool writes = section % period == 0;
      if (!(writes ? visitor.write() : visitor.read())) [[unlikely]] { return; }
    }
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& shared, std::span<const Outcome> outcomes) {
    std::uint64_t writes = 0;
    for (const Outcome& outcome : outcomes) { writes += writes_in(values, outcome.index, outcome.operations); }
    for (const auto& word : shared.record) {
      if (word.get() != writes) {
        return Verdict::violated(check::differs("at the end a word of the record", word.get(), writes));
      }
    }
    return Verdict::ok();
  }

 private:
  /// How many of a participant's first `sections` sections write.
  static std::uint64_t writes_in(const Params& values, std::uint64_t index, std::uint64_t sections) {
    const std::uint64_t period = values.reads_per_write + 1;
    const auto before = [period](std::uint64_t section) { return (section + period - 1) / period; };
    return before(index + sections) - before(index);
  }

  /// What one participant does. false from a member: it has seen a violation, and the session says so.
  template <class Env, class S>
  struct Visitor {
    const Params& values;
    Shared<Env>& shared;
    S& lock;
    measure::Session& session;
    std::uint32_t me;
    std::uint64_t newest = 0;  ///< version of the record that it has seen last

    bool write() {
      session.step(step_lock);
      const std::uint64_t before = session.stamp();
      const Acquired acquired = lock.lock();
      session.sample(before, histogram_write);
      if (acquired != Acquired::clean) [[unlikely]] { return check::refute(session, acquired); }
      session.step(step_write);
      if (!rewrite()) [[unlikely]] { return false; }
      session.step(step_unlock);
      lock.unlock();
      session.count(count_writes);
      return true;
    }

    bool read() {
      session.step(step_lock_shared);
      const std::uint64_t before = session.stamp();
      const Acquired acquired = lock.lock_shared();
      session.sample(before, histogram_read);
      if (acquired != Acquired::clean) [[unlikely]] { return check::refute(session, acquired); }
      session.step(step_read);
      if (!look()) [[unlikely]] { return false; }
      pause();
      if (!look()) [[unlikely]] { return false; }
      session.step(step_unlock_shared);
      lock.unlock_shared();
      session.count(count_reads);
      return true;
    }

   private:
    bool rewrite() {
      check::look_again();
      if (!check::expect(session, "the writer on entry", shared.writer.get(), nobody)) { return false; }
      shared.writer.set(me);
      const std::uint64_t version = shared.record[0].get() + 1;
      for (std::size_t i = 0; i < record_words / 2; ++i) { shared.record[i].set(version); }
      check::look_again();
      pause();
      check::look_again();
      if (!check::expect(session, "the writer inside the section", shared.writer.get(), me)) { return false; }
      for (std::size_t i = record_words / 2; i < record_words; ++i) {
        if (!check::expect(session, "a word not yet written", shared.record[i].get(), version - 1)) { return false; }
        shared.record[i].set(version);
      }
      shared.writer.set(nobody);
      check::look_again();
      return is_not_older(version);
    }

    bool look() {
      check::look_again();
      if (!check::expect(session, "the writer beside a reader", shared.writer.get(), nobody)) { return false; }
      const std::uint64_t version = shared.record[0].get();
      for (std::size_t i = 1; i < record_words; ++i) {
        if (!check::expect(session, "a word read beside the first", shared.record[i].get(), version)) { return false; }
      }
      return is_not_older(version);
    }
    bool is_not_older(std::uint64_t version) {
      if (version < newest) [[unlikely]] {
        return check::refute(session, check::went_back("the version of the record", newest, version));
      }
      newest = version;
      return true;
    }

    void pause() const {
      for (std::uint64_t i = 0; i < values.inside_pauses; ++i) { Env::pause(); }
    }
  };
};

using Plugins = Scenarios<ReadersWriters>;

}  // namespace shmlab::scenarios::readers_writers
