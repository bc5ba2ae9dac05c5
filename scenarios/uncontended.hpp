#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/outcomes.hpp"
#include "check/pattern.hpp"
#include "check/why.hpp"
#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::uncontended {

/// The cost of the fast path: one participant alone does and undoes. A pair is lock and unlock, post and wait, publish and read, or
/// send and receive. What is published or sent alternates between two payloads prepared beforehand, so that reading the one before
/// shows.
struct Uncontended {
  static constexpr Face faces[] = {Face::exclusive, Face::signal, Face::snapshot, Face::channel};
  static constexpr std::string_view roles[] = {"solo"};
  static constexpr std::string_view steps[] = {"pair"};
  static constexpr std::string_view invariants[] = {"what is read or received is what was published or sent",
                                                    "every lock is got, clean"};
  static constexpr std::string_view metrics[] = {"pairs per second", "time of a pair"};
  static constexpr std::string_view histograms[] = {"pair"};
  static constexpr ScenarioDescriptor descriptor{.name = "uncontended",
                                                 .summary = "one participant alone: the cost of the fast path",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = histograms,
                                                 .counters = {}};
  enum Step : std::uint32_t { step_pair };

  struct Params {
    std::uint64_t operations = 0;  ///< pairs
    std::uint64_t payload_bytes = 8;
  };
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000'000, 0},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, 65536, 8}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& /*params*/) { return 1; }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t /*index*/) { return 0; }
  static Config config(const Params& values, Face face) {
    return {.participants = 1,
            .payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .initial_permits = face == Face::signal ? 0U : 1U};
  }

  template <class Env>
  struct Shared {
    alignas(line_pair_bytes) typename Env::template Plain<std::uint64_t> pairs;  ///< counted between doing and undoing
  };

  template <class Env, Face face, class S>
  static void run(Participant /*self*/, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    Pair<Env, face, S> pair(shared, objects[0], values.payload_bytes);
    session.step(step_pair);
    while (session.more()) {
      const std::uint64_t batch = session.batch();
      for (std::uint64_t i = 0; i < batch; ++i) {
        const std::uint64_t before = session.stamp();
        pair.work();
        session.sample(before);
        if (!pair.right()) [[unlikely]] { return session.violated(pair.why()); }
      }
      session.done(batch);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& shared, std::span<const Outcome> outcomes) {
    const std::uint64_t done = check::operations_of(outcomes, 0);
    const std::uint64_t counted = shared.pairs.get();
    return counted == done ? Verdict::ok() : Verdict::violated(check::differs("pairs counted", counted, done));
  }

 private:
  /// One pair by each face, and whether it went right.
  template <class Env, Face face, class S>
  class Pair {
   public:
    Pair(Shared<Env>& shared, S& object, std::size_t bytes) : shared_(shared), object_(object), got_(bytes) {
      std::uint64_t version = 1;
      for (std::vector<std::byte>& payload : payloads_) {
        payload.resize(bytes);
        check::fill(payload, version++);
      }
    }

    void work() {
      turn_ ^= 1U;
      if constexpr (face == Face::exclusive) {
        acquired_ = object_.lock();
        count();
        object_.unlock();
      } else if constexpr (face == Face::signal) {
        object_.post();
        count();
        object_.wait();
      } else if constexpr (face == Face::snapshot) {
        object_.publish(payloads_[turn_]);
        count();
        object_.read(got_);
      } else {
        object_.send(payloads_[turn_]);
        flush(object_);
        count();
        object_.receive(got_);
      }
    }

    [[nodiscard]] bool right() const {
      if constexpr (face == Face::exclusive) {
        return acquired_ == Acquired::clean;
      } else if constexpr (face == Face::signal) {
        return true;
      } else {
        return std::memcmp(got_.data(), payloads_[turn_].data(), got_.size()) == 0;
      }
    }
    [[nodiscard]] std::string why() const {
      if constexpr (face == Face::exclusive) { return check::nobody_died(acquired_); }
      return check::not_due("what came back", check::inspect(got_), got_.size(), check::inspect(payloads_[turn_]).version);
    }

   private:
    void count() { shared_.pairs.set(shared_.pairs.get() + 1); }

    Shared<Env>& shared_;
    S& object_;
    std::array<std::vector<std::byte>, 2> payloads_;
    std::vector<std::byte> got_;
    std::uint32_t turn_ = 0;
    Acquired acquired_ = Acquired::clean;
  };
};

using Plugins = Scenarios<Uncontended>;

}  // namespace shmlab::scenarios::uncontended
