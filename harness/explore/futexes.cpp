#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <utility>

#include "explore/machine.hpp"

/// Sleeping, waking, polling and time.
namespace shmlab::explore {
namespace {

/// What passes between two looks at a clock.
constexpr std::chrono::hours patience{1};

/// Polls with no look at memory, after which a loop counts as one that never ends.
constexpr std::uint32_t most_empty_polls = 1000;

}  // namespace

/// Where sleepers on this location queue: from the other end than polls for locations.
std::uint64_t Machine::queue_of(std::uint32_t location) {
  return std::uint64_t{1} << (63 - location);
}

bool Machine::futex_wait(env::AtomicWord word, std::uint32_t expected, std::optional<env::Deadline> deadline,
                         shm::FutexScope scope, const Where& where) {
  const std::uint32_t location = location_of(word);
  Footprint looks = footprint(location, true, false);
  looks.reads_aside |= queue_of(location);
  if (!arrive(env::Operation::futex_wait, std::memory_order_seq_cst, looks, word.address, where)) { return true; }
  // The look at the word, and falling asleep, are one step: atomic to wakes and stores (futex(2)).
  if (settings_.futex_order == FutexOrder::full_barrier) { memory_.barrier(self_); }
  memory_.wait_at(self_, location);
  if (orders_at(env::Operation::futex_wait, {}, where).left_out) {
    tell("compares nothing");
  } else {
    const Effect effect = memory_.load(self_, location, std::memory_order_relaxed);
    note(effect);
    saw(location, effect.value);
    if (effect.value != expected) { return true; }
  }
  if (me().spurious_wakes == settings_.bounds.spurious_wakes) {
    met_.insert(Bound::spurious_wakes);
  } else if (choose(2) == 1) {
    ++me().spurious_wakes;
    tell("returns without a wake");
    return true;
  }
  Participant& sleeper = me();
  sleeper.asleep_on = location;
  sleeper.expected = expected;
  // Every participant is a process of its own: who sleeps in a private scope hears nobody (futex(2), FUTEX_PRIVATE_FLAG).
  sleeper.heard = scope == shm::FutexScope::shared;
  sleeper.timed = deadline.has_value();
  sleeper.woken = false;
  tell("sleeps");
  const Footprint gives_up{.reads_aside = queue_of(location), .changes_aside = queue_of(location)};
  arrive(env::Operation::futex_wait, std::memory_order_seq_cst, gives_up, word.address, where, State::asleep);
  tell(sleeper.woken ? "woken" : "gives up: its time is over");
  if (!sleeper.woken && deadline) { sleeper.now = std::max(sleeper.now, *deadline); }
  return std::exchange(sleeper.woken, false);
}

void Machine::futex_wake(env::AtomicWord word, std::uint32_t count, shm::FutexScope scope, const Where& where) {
  const std::uint32_t location = location_of(word);
  if (orders_at(env::Operation::futex_wake, {}, where).left_out) {
    return leave_out(env::Operation::futex_wake, word, std::memory_order_seq_cst, where);
  }
  const Footprint wakes{.reads_aside = queue_of(location), .changes_aside = queue_of(location)};
  if (!arrive(env::Operation::futex_wake, std::memory_order_seq_cst, wakes, word.address, where)) { return; }
  wake_from_kernel(location, scope == shm::FutexScope::shared ? count : 0);
}

std::uint32_t Machine::wake_from_kernel(std::uint32_t location, std::uint32_t count) {
  if (settings_.futex_order == FutexOrder::full_barrier) { memory_.barrier(self_); }
  memory_.wake_at(self_, location);
  const std::uint32_t woken = wake(location, count);
  if (trace_ != nullptr) { tell(fmt::format("wakes {}", woken)); }
  return woken;
}

/// Any sleepers, at most `count`: the kernel promises no order (futex(2), FUTEX_WAKE).
std::uint32_t Machine::wake(std::uint32_t location, std::uint32_t count) {
  for (std::uint32_t woken = 0;; ++woken) {
    std::array<std::uint32_t, max_participants> sleepers{};
    std::uint32_t n = 0;
    for (std::uint32_t i = 0; i < program_.participants; ++i) {
      const Participant& candidate = participants_[i];
      if (candidate.state == State::asleep && candidate.heard && candidate.asleep_on == location) { sleepers[n++] = i; }
    }
    if (n == 0 || woken == count) { return woken; }
    Participant& sleeper = participants_[sleepers[n < 2 || n <= count - woken ? 0 : choose(n)]];
    sleeper.state = State::between;
    sleeper.woken = true;
    // Linux, memory-barriers.txt, "Sleep and wake-up functions"
    if (settings_.futex_order == FutexOrder::full_barrier) { memory_.barrier_behind(sleeper.index, self_); }
    search_.woke(sleeper.index);
  }
}

void Machine::poll(env::Operation operation, const Where& where) {
  if (is_leaving()) { return; }
  Participant& poller = me();
  PollWatch& watch = poller.watch;
  if (poller.looked_at_clock) { poller.now += patience; }
  poller.looked_at_clock = false;
  if (watch.read() == 0 && ++poller.empty_polls <= most_empty_polls) {
    // It looked at nothing, so nothing depends on when this is.
    watch.clear();
    return;
  }
  arrive(operation, std::memory_order_relaxed, {.reads_aside = watch.read()}, nullptr, where, State::polling);
  for (std::uint64_t left = watch.read(); left != 0; left &= left - 1) {
    memory_.refresh(self_, static_cast<std::uint32_t>(std::countr_zero(left)));
  }
  watch.clear();
}

/// Stands still, but for sleeps that time out and polls in between: who polls until a moment comes to it.
env::Deadline Machine::now() {
  me().looked_at_clock = true;
  me().watch.progressed();
  return me().now;
}

}  // namespace shmlab::explore
