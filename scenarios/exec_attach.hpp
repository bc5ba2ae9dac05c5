#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/look_again.hpp"
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

namespace shmlab::scenarios::exec_attach {

/// Two participants, each with the region at an address of its own, hand a payload over and back by every call that the face has, and
/// verify it. What keeps a pointer in the region then reads, or writes, where only the other has something; where both share
/// one mapping (threads) it shows nothing. In round r = 0, 1, ... the way there carries version 2r + 1 and the way back 2r + 2.
struct ExecAttach {
  static constexpr Face faces[] = {Face::channel, Face::snapshot, Face::signal, Face::shared_read, Face::exclusive};
  static constexpr std::string_view roles[] = {"first", "second"};
  static constexpr std::string_view steps[] = {"hand over", "await"};
  static constexpr std::string_view invariants[] = {"each sees the other's payload of this round, whole, at its own address",
                                                    "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"rounds per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "exec_attach",
                                                 .summary = "every call of the face, between two mappings at different addresses",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Role : std::uint32_t { role_first, role_second };
  enum Step : std::uint32_t { step_hand_over, step_await };

  static constexpr std::size_t largest_payload = 256;
  struct Params {
    std::uint64_t operations = 27;  ///< rounds; 9 go through all pairs of a channel's ways to send and to receive
    std::uint64_t payload_bytes = 64;
    std::uint64_t capacity = 2;
  };
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000, 27},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, largest_payload, 64},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 64, 2}};
  /// The way there and the way back; a lock needs the first alone.
  static constexpr std::size_t instances = 2;
  enum Way : std::uint32_t { there, back };

  static std::uint32_t participants(const Params& /*params*/) { return 2; }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_first : role_second; }
  static Config config(const Params& values, Face face) {
    return {.payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = static_cast<std::uint32_t>(values.capacity),
            .initial_permits = face == Face::signal ? 0U : 1U};
  }

  using Payload = std::array<std::byte, largest_payload>;

  template <class Env>
  struct Shared {
    struct alignas(line_pair_bytes) Slot {
      Payload payload{};
    };
    std::array<Slot, 2> slots;  ///< signal, locks: the payload of each way
    /// Locks: the version handed over last, 0 at first. Odd ones went there, even ones back; under the lock.
    alignas(line_pair_bytes) typename Env::template Plain<std::uint64_t> handed_over;
  };

  // Both do exactly `operations` rounds; neither asks session.more(), since one that left would strand the other.

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& shared, std::array<S, instances>& objects,
                  measure::Session& session) {
    Exchange<Env, face, S> exchange(shared, objects, session, values.payload_bytes);
    const bool begins = role(values, self.index) == role_first;
    for (std::uint64_t round = 0; round < values.operations; ++round, session.done()) {
      const std::uint64_t version = 2 * round + 1;
      if (begins && !exchange.hand_over(there, version)) { return; }
      if (!exchange.await(begins ? back : there, begins ? version + 1 : version)) { return; }
      if (!begins && !exchange.hand_over(back, version + 1)) { return; }
    }
  }

  template <class Env>
  static Verdict judge(const Params& values, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    for (const auto who : {role_first, role_second}) {
      const std::uint64_t rounds = check::operations_of(outcomes, who);
      if (rounds != values.operations) { return Verdict::violated(check::differs("rounds done", rounds, values.operations)); }
    }
    return Verdict::ok();
  }

 private:
  /// The ways in which a channel can be asked, by turns. The way back takes the turn of its version as well, so that in nine rounds
  /// each participant sends in each way and the other receives in each.
  enum Call : std::uint64_t { call_waits, call_tries, call_in_place };
  static constexpr std::uint64_t calls = 3;
  static constexpr Call sending(std::uint64_t version) { return static_cast<Call>((version - 1) / 2 % calls); }
  static constexpr Call receiving(std::uint64_t version) { return static_cast<Call>((version - 1) / 2 / calls % calls); }

  /// false: a violation, and the session says so.
  template <class Env, Face face, class S>
  class Exchange {
   public:
    Exchange(Shared<Env>& shared, std::array<S, instances>& objects, measure::Session& session, std::size_t bytes)
        : shared_(shared), objects_(objects), session_(session), bytes_(bytes) {}

    bool hand_over(Way way, std::uint64_t version) {
      session_.step(step_hand_over);
      if constexpr (face == Face::channel) {
        send(objects_[way], version);
        flush(objects_[way]);
      } else if constexpr (face == Face::snapshot) {
        check::fill(local(), version);
        objects_[way].publish(local());
      } else if constexpr (face == Face::signal) {
        check::fill<Env>(slot(way), version);
        objects_[way].post();
      } else {
        if (!check::lock_clean(objects_[0], session_)) { return false; }
        if (!check::expect(session_, "the version handed over before", shared_.handed_over.get(), version - 1)) { return false; }
        check::fill<Env>(slot(way), version);
        shared_.handed_over.set(version);
        objects_[0].unlock();
      }
      return true;
    }

    bool await(Way way, std::uint64_t due) {
      session_.step(step_await);
      if constexpr (face == Face::channel) {
        return accept(receive(objects_[way], due), due);
      } else if constexpr (face == Face::snapshot) {
        return await_snapshot(objects_[way], due);
      } else if constexpr (face == Face::signal) {
        objects_[way].wait();
        check::look_again();
        return accept(check::inspect<Env>(slot(way)), due);
      } else {
        return await_under_lock(way, due);
      }
    }

   private:
    void send(S& channel, std::uint64_t version) {
      Patience<Env> patience;
      if (sending(version) == call_in_place) {
        std::span<std::byte> slot;
        while ((slot = channel.reserve()).empty()) { patience.poll(); }
        check::fill<Env>(slot, version);
        return channel.commit();
      }
      check::fill(local(), version);
      if (sending(version) == call_waits) { return channel.send(local()); }
      while (!channel.try_send(local())) { patience.poll(); }
    }
    check::Inspection receive(S& channel, std::uint64_t due) {
      Patience<Env> patience;
      if (receiving(due) == call_in_place) {
        std::span<const std::byte> slot;
        while ((slot = channel.front()).empty()) { patience.poll(); }
        const check::Inspection inspection = check::inspect<Env>(slot);
        channel.release();
        return inspection;
      }
      if (receiving(due) == call_waits) {
        channel.receive(local());
      } else {
        while (!channel.try_receive(local())) { patience.poll(); }
      }
      return check::inspect(local());
    }

    bool await_snapshot(S& snapshot, std::uint64_t due) {
      const std::uint64_t previous = due < 2 ? 0 : due - 2;
      for (Patience<Env> patience;; patience.poll()) {
        snapshot.read(local());
        const check::Inspection inspection = check::inspect(local());
        if (!inspection.whole() || inspection.version != previous) { return accept(inspection, due); }
      }
    }

    bool await_under_lock(Way way, std::uint64_t due) {
      for (Patience<Env> patience;; patience.poll()) {
        if (!enter_to_read()) { return false; }
        check::look_again();
        if (shared_.handed_over.get() == due) { break; }
        leave_after_reading();
      }
      const check::Inspection inspection = check::inspect<Env>(slot(way));
      leave_after_reading();
      return accept(inspection, due);
    }
    bool enter_to_read() {
      if constexpr (face == Face::shared_read) {
        const Acquired acquired = objects_[0].lock_shared();
        return acquired == Acquired::clean || check::refute(session_, acquired);
      } else {
        return check::lock_clean(objects_[0], session_);
      }
    }
    void leave_after_reading() {
      if constexpr (face == Face::shared_read) {
        objects_[0].unlock_shared();
      } else {
        objects_[0].unlock();
      }
    }

    bool accept(const check::Inspection& inspection, std::uint64_t due) {
      if (inspection.whole() && inspection.version == due) [[likely]] { return true; }
      return check::refute(session_, check::not_due("the payload received", inspection, bytes_, due));
    }

    std::span<std::byte> local() { return {local_.data(), bytes_}; }
    std::span<std::byte> slot(Way way) { return {shared_.slots[way].payload.data(), bytes_}; }

    Shared<Env>& shared_;
    std::array<S, instances>& objects_;
    measure::Session& session_;
    std::size_t bytes_;
    Payload local_{};
  };
};

using Plugins = Scenarios<ExecAttach>;

}  // namespace shmlab::scenarios::exec_attach
