#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "check/expect.hpp"
#include "check/look_again.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::bank_transfer {

/// Two accounts, each with a lock of its own and two pockets. Everybody transfers in both directions, with both locks, taken in the order
/// of their index and given back in either; and between them moves money from pocket to pocket of one account, with its lock alone.
/// The total of all pockets is 0 (modulo 2^64) whenever both locks are held, and at the end.
struct BankTransfer {
  static constexpr Face faces[] = {Face::exclusive};
  static constexpr std::string_view roles[] = {"teller"};
  static constexpr std::string_view steps[] = {"lock the first account", "lock the second account", "lock one account",
                                               "transfer", "unlock"};
  static constexpr std::string_view invariants[] = {"the total is conserved", "one owner of each account at a time",
                                                    "two locks taken in one order do not deadlock", "nobody is reported dead"};
  static constexpr std::string_view metrics[] = {"transfers per second"};
  static constexpr ScenarioDescriptor descriptor{.name = "bank_transfer",
                                                 .summary = "transfers between two accounts under two locks conserve the total",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = {},
                                                 .counters = {},
                                                 .timed = false};
  enum Step : std::uint32_t { step_lock_first, step_lock_second, step_lock_one, step_transfer, step_unlock };

  struct Params {
    std::uint64_t participants = 2;
    std::uint64_t operations = 1000;  ///< transfers and moves of each participant
  };
  static constexpr std::array params{Param<Params>{"participants", "count", &Params::participants, 2, 8, 2},
                                     Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000, 1000}};
  static constexpr std::size_t instances = 2;  ///< one lock an account

  static std::uint32_t participants(const Params& values) { return static_cast<std::uint32_t>(values.participants); }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t /*index*/) { return 0; }
  static Config config(const Params& values, Face /*face*/) {
    return {.participants = participants(values), .initial_permits = 1};
  }

  static constexpr std::uint32_t nobody = 0;

  template <class Env>
  struct Shared {
    /// Touched under the lock of the same index alone.
    struct alignas(line_pair_bytes) Account {
      std::array<typename Env::template Plain<std::uint64_t>, 2> pockets;
      typename Env::template Plain<std::uint32_t> owner;  ///< index + 1 of who holds the lock
    };
    std::array<Account, instances> accounts;

    [[nodiscard]] std::uint64_t total() const {
      std::uint64_t sum = 0;
      for (const Account& account : accounts) { sum += account.pockets[0].get() + account.pockets[1].get(); }
      return sum;
    }
  };

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& /*params*/, Shared<Env>& shared, std::array<S, instances>& locks,
                  measure::Session& session) {
    Teller<Env, S> teller{shared, locks, session, self.index + 1};
    for (std::uint64_t turn = self.index; session.more(); session.done(), ++turn) {
      // Odd, so that no two amounts of a run cancel each other.
      const std::uint64_t amount = 2 * turn + 1;
      const bool right = turn % 2 == 0 ? teller.transfer(turn / 2 % 2, amount) : teller.move(turn / 2 % 2, amount);
      if (!right) [[unlikely]] { return; }
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& shared, std::span<const Outcome> /*outcomes*/) {
    if (shared.total() != 0) { return Verdict::violated(check::differs("at the end the total", shared.total(), 0)); }
    for (const auto& account : shared.accounts) {
      if (account.owner.get() != nobody) {
        return Verdict::violated(check::differs("at the end the owner of an account", account.owner.get(), nobody));
      }
    }
    return Verdict::ok();
  }

 private:
  template <class Env, class S>
  struct Teller {
    Shared<Env>& shared;
    std::array<S, instances>& locks;
    measure::Session& session;
    std::uint32_t me;

    /// From account `from` to the other; false: a violation, and the session says so.
    bool transfer(std::size_t from, std::uint64_t amount) {
      if (!enter(0, step_lock_first) || !enter(1, step_lock_second)) { return false; }
      session.step(step_transfer);
      if (!total_is_right("the total before a transfer")) { return false; }
      add(shared.accounts[from].pockets[0], -amount);
      add(shared.accounts[1 - from].pockets[0], amount);
      return total_is_right("the total after a transfer") && leave(from) && leave(1 - from);
    }

    /// From one pocket of the account to the other.
    bool move(std::size_t account, std::uint64_t amount) {
      if (!enter(account, step_lock_one)) { return false; }
      session.step(step_transfer);
      add(shared.accounts[account].pockets[0], -amount);
      add(shared.accounts[account].pockets[1], amount);
      return leave(account);
    }

   private:
    bool enter(std::size_t account, Step step) {
      session.step(step);
      if (!check::lock_clean(locks[account], session)) { return false; }
      check::look_again();
      if (!check::expect(session, "owner of an account on entry", shared.accounts[account].owner.get(), nobody)) { return false; }
      shared.accounts[account].owner.set(me);
      return true;
    }
    bool leave(std::size_t account) {
      check::look_again();
      if (!check::expect(session, "owner of an account on leaving", shared.accounts[account].owner.get(), me)) { return false; }
      shared.accounts[account].owner.set(nobody);
      session.step(step_unlock);
      locks[account].unlock();
      return true;
    }
    bool total_is_right(std::string_view what) {
      check::look_again();
      return check::expect(session, what, shared.total(), 0);
    }
    static void add(typename Env::template Plain<std::uint64_t>& pocket, std::uint64_t amount) {
      pocket.set(pocket.get() + amount);
      check::look_again();
    }
  };
};

using Plugins = Scenarios<BankTransfer>;

}  // namespace shmlab::scenarios::bank_transfer
