#include "fault/actor.hpp"

#include <unistd.h>

#include <algorithm>

#include "measure/clock.hpp"
#include "shm/futex.hpp"

namespace shmlab::fault {
namespace {

constexpr std::uint32_t word_of(ActorState state) {
  return static_cast<std::uint32_t>(state);
}

bool may_wake(env::Operation operation) {
  switch (operation) {
    case env::Operation::futex_wake:
    case env::Operation::post:
    case env::Operation::unlock:
    case env::Operation::signal:
    case env::Operation::broadcast:
    case env::Operation::send:
    case env::Operation::receive:            // it makes room
    case env::Operation::wait: return true;  // of a condition variable: it unlocks the mutex
    default: return false;
  }
}

}  // namespace

ActorState state_of(const ActorSeat& seat) {
  // acquire: pairs with the release in Actor::enter(); what the actor did is visible
  return static_cast<ActorState>(seat.state.load(std::memory_order_acquire));
}

void give_cue(ActorSeat& seat, const Cue& cue) {
  seat.cue = cue;
  seat.polls.store(
      0, std::memory_order_relaxed);  // relaxed, as below: the state orders it, or whoever looks learns no more than the number
  resume(seat, cue.pauses);
}

void resume(ActorSeat& seat, bool pauses) {
  seat.cue.pauses = pauses;
  seat.paused = false;
  // release: pairs with the acquire in Actor::await_cue()
  seat.state.store(word_of(ActorState::acting), std::memory_order_release);
  shm::futex_wake(seat.state, 1);
}

bool note_asleep(ActorSeat& seat) {
  std::uint32_t seen = word_of(ActorState::calling);
  // acquire: as state_of(); relaxed: the actor learns no more from it than that it has to wait
  return seat.state.compare_exchange_strong(seen, word_of(ActorState::asleep), std::memory_order_acquire,
                                            std::memory_order_relaxed) ||
         seen == word_of(ActorState::asleep);
}

void Actor::await_cue() {
  // acquire: pairs with the release in give_cue()
  while (seat_.state.load(std::memory_order_acquire) != word_of(ActorState::acting)) {
    shm::futex_wait(seat_.state, word_of(ActorState::waiting));
  }
}

void Actor::leave() {
  note_progress();
  enter(ActorState::left);
}

void Actor::enter(ActorState state) {
  // release: pairs with the acquires in state_of() and note_asleep()
  seat_.state.store(word_of(state), std::memory_order_release);
  const std::uint64_t once = 1;
  // EAGAIN, at 2^64 - 1 rings that nobody heard, cannot happen, nor can anything else on an eventfd that is open.
  [[maybe_unused]] const ssize_t written = write(bell_, &once, sizeof once);
}

/// From an operation that might have slept.
void Actor::come_back() {
  std::uint32_t seen = word_of(ActorState::calling);
  // acquire, release: as in await_cue() and enter()
  if (seat_.state.compare_exchange_strong(seen, word_of(ActorState::acting), std::memory_order_acq_rel,
                                          std::memory_order_acquire)) {
    return;
  }
  if (seen != word_of(ActorState::asleep)) { return; }
  if (seat_.cue.needs_no_other) {
    enter(ActorState::acting);
  } else {
    enter(ActorState::waiting);
    await_cue();
  }
}

void Actor::pause() {
  if (!may_have_woken_ || !seat_.cue.pauses) { return; }
  seat_.paused = true;
  enter(ActorState::waiting);
  await_cue();
}

bool Actor::has_to_stop() const {
  const Cue& cue = seat_.cue;
  return seat_.accesses >= cue.access || seat_.polls.load(std::memory_order_relaxed) >= cue.polls ||
         record_.counters[progress_] >= cue.progress ||
         // relaxed: its own
         (cue.step && record_.step.load(std::memory_order_relaxed) == *cue.step);
}

void Actor::note_progress() {
  const std::uint64_t now = std::min<std::uint64_t>(record_.counters[progress_], seat_.reached.size());
  for (; noted_ < now; ++noted_) {
    // release: pairs with the director's acquire, who may look at any time
    seat_.reached[noted_].store(measure::Clock::now(), std::memory_order_release);
  }
}

void Actor::before(const env::Access& access) {
  come_back();
  pause();
  note_progress();
  ++seat_.accesses;
  seat_.operation = access.operation;
  seat_.file = access.where.file_name();
  seat_.line = access.where.line();
  if (is_poll(access.operation)) {
    seat_.polls.store(seat_.polls.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  while (has_to_stop()) {
    enter(ActorState::waiting);
    await_cue();
  }
  if (seat_.accesses >= seat_.cue.mishap_at && !seat_.suffered) {
    seat_.suffered = true;
    suffer(seat_.cue.mishap);
  }
  may_have_woken_ = may_wake(access.operation);
  if (may_sleep(access.operation)) { enter(ActorState::calling); }
}

}  // namespace shmlab::fault
