#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <optional>

#include "contract/acquired.hpp"
#include "contract/backoff.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"
#include "strategies/parts/common_cpu.hpp"
#include "strategies/parts/vain_spins.hpp"

namespace shmlab::strategies::futex_mutex_spinning {

/// How long one participant spins before it parks: as long as a park would cost, so that a wait costs at most twice what it would have cost who knew
/// its length beforehand (Karlin, Li, Manasse, Owicki, SOSP 1991). What a park costs is measured in the parks themselves, from the moment at which
/// the lock was given to the one at which the sleeper ran again; until the first there is no spinning. Whoever spins in vain does so less often.
class SpinTime {
 public:
  using Duration = std::chrono::nanoseconds;

  /// One wait begins: how long to spin; zero: not at all.
  Duration begin() { return vain_.is_worth_it() ? park_ : Duration::zero(); }
  void succeeded() { vain_.succeeded(); }
  void failed() { vain_.failed(); }
  /// The least of late: a sleeper that had to wait for a CPU as well tells nothing, and a lock that was given twice before the sleeper ran tells
  /// too little, which wears off.
  void parked(Duration cost) { park_ = park_ == Duration::zero() ? cost : std::min(park_ + park_ / 8, cost); }

 private:
  static constexpr std::uint32_t most_skipped = 31;  ///< of the waits behind long sections one in 32 tries again

  Duration park_{};
  VainSpins vain_{most_skipped};
};

/// The mutex of futex_mutex, whose waiter spins before it parks. It does so only while the lock's participants can run on more CPUs than one: on a single
/// CPU the holder does not run while others spin.
///
/// Who unlocks and asks again at once finds the line still its own, and could go on like that until the others park. So a fourth state, `awaited`, is for
/// who has spun for some time, and means: unlock(), then leave it free until somebody has taken it, or for as long as that may take. It is a request and
/// no promise: the mutex is as safe without, so it needs no order, others may overwrite it, and that of a waiter that has died costs one unlock() some pauses.
template <class Env>
class FutexMutexSpinning {
 public:
  static constexpr Descriptor descriptor{
      .name = "futex_mutex_spinning",
      .summary = "futex mutex that spins as long as a park has been measured to cost, in turns with others, then parks",
      .source =
          "Karlin, Li, Manasse, Owicki, Empirical Studies of Competitive Spinning for a Shared-Memory Multiprocessor, SOSP 1991; "
          "Drepper, Futexes Are Tricky, 2011, section 6 (mutex3); turns, as eventual fairness: Pizlo, Locking in WebKit, 2016",
      .waiting = Waiting::spins_then_parks,
      // Nobody unlocks for the dead; a wake that reached a waiter who dies before taking the mutex is gone too.
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks}};

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }

  FutexMutexSpinning(void* memory, const Config& /*config*/, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))) {
    shared_.common_cpu.attach();
  }

  Acquired lock() {
    if (!take(locked)) { wait_for_it(std::nullopt); }
    return Acquired::clean;
  }

  /// Who gives up leaves the mutex contended, as in futex_mutex.
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time) {
    if (take(locked)) { return Acquired::clean; }
    return wait_for_it(env::deadline_after(Env::now(), time)) ? std::optional(Acquired::clean) : std::nullopt;
  }

  void unlock() {
    // release: pairs with the acquires in take() and wait_for_it().
    const std::uint32_t left = shared_.state.exchange(unlocked, std::memory_order_release);
    if (left == locked) [[likely]] { return; }
    if (left == contended) { return wake(); }
    give_way();
  }

 private:
  enum State : std::uint32_t { unlocked, locked, awaited, contended };
  struct Shared {
    alignas(cache_line_bytes) typename Env::template Atomic<std::uint32_t> state{unlocked};
    CommonCpu<Env> common_cpu;
    typename Env::template Atomic<std::int64_t> given_at{0};  ///< CLOCK_MONOTONIC, ns, of the last unlock that woke somebody
  };

  bool take(State as) {
    std::uint32_t seen = unlocked;
    // acquire: pairs with the release in unlock(). relaxed on failure: the caller waits, or tries again.
    return shared_.state.compare_exchange_strong(seen, as, std::memory_order_acquire, std::memory_order_relaxed);
  }

  /// false: the deadline has passed.
  bool wait_for_it(std::optional<env::Deadline> deadline) {
    // Who has slept cannot know whether others still sleep.
    for (State as = locked; !spin(as, deadline); as = contended) {
      // acquire: the exchange takes the mutex when it replaces `unlocked`; pairs with the release in unlock().
      if (shared_.state.exchange(contended, std::memory_order_acquire) == unlocked) { return true; }
      if (!park(deadline)) { return false; }
    }
    return true;
  }

  /// Whether it got the mutex; it looks once at least.
  bool spin(State as, std::optional<env::Deadline> deadline) {
    const auto most = shared_.common_cpu.is_shared() ? SpinTime::Duration::zero() : spin_time_.begin();
    const env::Deadline begin = Env::now();
    const env::Deadline end = std::min(env::deadline_after(begin, most), deadline.value_or(env::Deadline::max()));
    Backoff<Env> backoff;
    env::Deadline turn = env::deadline_after(begin, time_to_a_turn);
    for (env::Deadline now = begin;; now = Env::now()) {
      // relaxed: only says whether to try.
      // audit, another look: it keeps the line shared while there is nothing to be had
      if (shared_.state.load(std::memory_order_relaxed) == unlocked && take(as)) {
        if (now > begin) { spin_time_.succeeded(); }
        return true;
      }
      if (now >= turn) {
        if (ask_for_a_turn()) { backoff = {}; }
        turn = env::deadline_after(now, time_to_a_turn);
      }
      if (now >= end) { break; }
      backoff.pass();
    }
    if (end > begin) { spin_time_.failed(); }
    return false;
  }

  /// false: others were before it, or sleep.
  bool ask_for_a_turn() {
    std::uint32_t seen = locked;
    // relaxed: a request, and nothing is read or written on the strength of it.
    // audit, the write: it is for whose turn comes when, and never for who has the mutex
    return shared_.state.compare_exchange_strong(seen, awaited, std::memory_order_relaxed, std::memory_order_relaxed);
  }
  [[gnu::noinline]] void give_way() {
    // relaxed: only says whether to go on.
    // audit, another look: how long to wait stands on it, no more
    for (std::uint32_t i = 0; shared_.state.load(std::memory_order_relaxed) == unlocked && i < most_pauses; ++i) { Env::pause(); }
  }

  /// false: the deadline has passed.
  bool park(std::optional<env::Deadline> deadline) {
    // audit, the comparison: whoever sleeps beside a free mutex gives up at the deadline, so nobody is stuck without it
    if (deadline) { return Env::futex_wait_until(shared_.state, contended, *deadline); }
    const std::int64_t asleep_since = ns(Env::now());
    if (!Env::futex_wait(shared_.state, contended)) { return true; }
    // relaxed: a moment that belongs to another unlock makes this park look cheaper than it was, no more.
    // audit, another look: how long to spin stands on it, no more
    const std::int64_t given_at = shared_.given_at.load(std::memory_order_relaxed);
    if (given_at >= asleep_since) { spin_time_.parked(std::chrono::nanoseconds(ns(Env::now()) - given_at)); }
    return true;
  }

  void wake() {
    // relaxed: as in park()
    // audit, the store: how long to spin stands on it, no more
    shared_.given_at.store(ns(Env::now()), std::memory_order_relaxed);
    Env::futex_wake(shared_.state, one_sleeper);
  }

  static std::int64_t ns(env::Deadline moment) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(moment.time_since_epoch()).count();
  }

  static constexpr std::uint32_t one_sleeper = 1;
  /// Long enough for the two or three times that a line takes to change hands to be a small part of it. At once where there is no spinning.
  static constexpr std::chrono::nanoseconds time_to_a_turn{Env::spin_limit == 0 ? 0 : 2000};
  /// As many as lie between two looks of who waits, at most.
  static constexpr std::uint32_t most_pauses = std::min<std::uint32_t>(64, Env::spin_limit);

  Shared& shared_;
  SpinTime spin_time_;
};

using Plugins = Variants<FutexMutexSpinning>;

}  // namespace shmlab::strategies::futex_mutex_spinning
