#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/look_again.hpp"
#include "check/outcomes.hpp"
#include "check/why.hpp"
#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/clock.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::contended_counter {

/// Everybody wants the same lock, and inside it adds ten, one by one, to each word of a record on two cache lines.
/// A sum alone is right in most short runs without a lock, so the section also writes its owner and looks for others in the middle
/// and at the end: at the owner, and at the words, which must be equal. The work inside is the same for every strategy.
struct ContendedCounter {
  static constexpr Face faces[] = {Face::exclusive};
  static constexpr std::string_view roles[] = {"worker"};
  static constexpr std::string_view steps[] = {"outside", "lock", "update", "unlock"};
  static constexpr std::string_view invariants[] = {"one owner at a time", "all words of the record are equal inside the section",
                                                    "no increment is lost", "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"sections per second", "time to acquire", "hand-offs"};
  static constexpr std::string_view histograms[] = {"acquire"};
  static constexpr std::string_view counters[] = {"handoffs"};
  static constexpr ScenarioDescriptor descriptor{.name = "contended_counter",
                                                 .summary = "all participants add to one record under one lock",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = histograms,
                                                 .counters = counters,
                                                 .shown_counter = "handoffs"};
  enum Step : std::uint32_t { step_outside, step_lock, step_update, step_unlock };
  enum Counter : std::size_t { count_handoffs };

  struct Params {
    std::uint64_t participants = 2;
    std::uint64_t operations = 0;      ///< sections of each participant
    std::uint64_t outside_pauses = 0;  ///< between two sections
    std::uint64_t inside_pauses = 0;   ///< in the middle of a section
    std::uint64_t inside_ns = 0;  ///< there as well, by the clock: at least so long, and up to a pause and a clock reading more
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, 8, 2},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000, 0},
                                     Param<Params>{"outside_pauses", "count", &Params::outside_pauses, 0, 1000, 0},
                                     Param<Params>{"inside_pauses", "count", &Params::inside_pauses, 0, 1000, 0},
                                     Param<Params>{"inside_ns", "ns", &Params::inside_ns, 0, 1'000'000, 0}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t /*index*/) { return 0; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values), .initial_permits = 1};
  }

  static constexpr std::size_t record_lines = 2;
  static constexpr std::size_t words_per_line = 4;
  static constexpr std::size_t record_words = record_lines * words_per_line;
  static constexpr std::uint32_t increments = 10;
  static constexpr std::uint32_t nobody = 0;

  template <class Env>
  struct Shared {
    /// A part of the record on a cache line of its own.
    struct alignas(cache_line_bytes) Line {
      std::array<typename Env::template Plain<std::uint64_t>, words_per_line> words;
    };
    alignas(line_pair_bytes) std::array<Line, record_lines> record;
    alignas(line_pair_bytes) typename Env::template Plain<std::uint32_t> owner;  ///< index + 1 of who is inside
    typename Env::template Plain<std::uint32_t> last_owner;                      ///< index + 1 of who was inside last

    auto& word(std::size_t i) { return record[i / words_per_line].words[i % words_per_line]; }
    const auto& word(std::size_t i) const { return record[i / words_per_line].words[i % words_per_line]; }
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    Section<Env> section{shared, session, self.index + 1, values.inside_pauses,
                         measure::Clock::from_ns(static_cast<double>(values.inside_ns))};
    for (; session.more(); session.done()) {
      session.step(step_outside);
      for (std::uint64_t i = 0; i < values.outside_pauses; ++i) { Env::pause(); }
      session.step(step_lock);
      const std::uint64_t before = session.stamp();
      const Acquired acquired = objects[0].lock();
      session.sample(before);
      if (acquired != Acquired::clean) [[unlikely]] { return session.violated(check::nobody_died(acquired)); }
      session.step(step_update);
      if (!section.pass()) [[unlikely]] { return; }
      session.step(step_unlock);
      objects[0].unlock();
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& shared, std::span<const Outcome> outcomes) {
    const std::uint64_t sum = increments * check::operations_of(outcomes, 0);
    for (std::size_t i = 0; i < record_words; ++i) {
      const std::uint64_t word = shared.word(i).get();
      if (word != sum) { return Verdict::violated(check::differs("at the end a word of the record", word, sum)); }
    }
    if (shared.owner.get() != nobody) {
      return Verdict::violated(check::differs("at the end the owner", shared.owner.get(), nobody));
    }
    return Verdict::ok();
  }

 private:
  /// What one participant does inside.
  template <class Env>
  struct Section {
    Shared<Env>& shared;
    measure::Session& session;
    std::uint32_t me;
    std::uint64_t inside_pauses;
    std::uint64_t inside_ticks;

    /// false: somebody else was inside, and the session says so.
    bool pass() {
      check::look_again();
      if (shared.owner.get() != nobody) [[unlikely]] { return violated("owner on entry", shared.owner.get(), nobody); }
      shared.owner.set(me);
      const std::uint32_t last = shared.last_owner.get();
      session.count(count_handoffs, last != me && last != nobody ? 1 : 0);
      const std::uint64_t base = shared.word(0).get();
      add(increments / 2);
      for (std::uint64_t i = 0; i < inside_pauses; ++i) { Env::pause(); }
      if (inside_ticks != 0) { stay(); }
      if (!alone(base + increments / 2)) [[unlikely]] { return false; }
      add(increments - increments / 2);
      if (!alone(base + increments)) [[unlikely]] { return false; }
      shared.last_owner.set(me);
      shared.owner.set(nobody);
      check::look_again();
      return true;
    }

    void stay() const {
      const std::uint64_t begin = measure::Clock::now();
      while (measure::Clock::now() - begin < inside_ticks) { Env::pause(); }
    }
    void add(std::uint32_t times) {
      for (std::uint32_t n = 0; n < times; ++n) {
        for (auto& line : shared.record) {
          for (auto& word : line.words) { word.set(word.get() + 1); }
        }
        check::look_again();
      }
    }
    bool alone(std::uint64_t expected) {
      if (shared.owner.get() != me) [[unlikely]] { return violated("owner inside the section", shared.owner.get(), me); }
      for (std::size_t i = 0; i < record_words; ++i) {
        const std::uint64_t word = shared.word(i).get();
        if (word != expected) [[unlikely]] { return violated("a word of the record inside the section", word, expected); }
      }
      return true;
    }
    bool violated(std::string_view what, std::uint64_t found, std::uint64_t expected) {
      session.violated(check::differs(what, found, expected));
      return false;
    }
  };
};

using Plugins = Scenarios<ContendedCounter>;

}  // namespace shmlab::scenarios::contended_counter
