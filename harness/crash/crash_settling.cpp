#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "crash/crash_stage.hpp"
#include "run/interrupt.hpp"
#include "run/sleep_state.hpp"

/// Waiting until nobody acts.
namespace shmlab::crash {
namespace {

using std::chrono::steady_clock;

constexpr int eager_looks = 20;
constexpr long soon_ns = 20'000;
constexpr long less_often_ns = 1'000'000;
constexpr long long_ns = 100'000'000;

}  // namespace

/// Everybody is looked at until nobody acts, twice in a row: who was asleep at the first look may have been woken by one who acted at that time,
/// and nobody acts between the first look and the second.
void CrashStage::settle() {
  const auto deadline = steady_clock::now() + patience;
  int settled = 0;
  for (int looks = 0; settled < 2; ++looks) {
    bool all = true;
    for (std::uint32_t i = 0; i < actors_; ++i) { all = is_settled(i) && all; }
    settled = all ? settled + 1 : 0;
    if (all) { continue; }
    run::check_interrupted();
    if (steady_clock::now() > deadline) { throw StageOverdue("a participant neither stops nor sleeps nor ends"); }
    await_news(looks);
  }
}

/// Returns when an actor has changed its state or died. Falling asleep is no news: who may be about to is looked at again soon, and then less often.
void CrashStage::await_news(int looks) {
  std::array<pollfd, 1 + most_actors> watched{};
  watched[0] = {.fd = bell_.get(), .events = POLLIN, .revents = 0};
  bool is_calling = false;
  for (std::uint32_t i = 0; i < actors_; ++i) {
    const bool runs = !ended_[i] && (state(i) == fault::ActorState::acting || state(i) == fault::ActorState::calling ||
                                     state(i) == fault::ActorState::asleep);
    watched[1 + i] = {.fd = runs ? pidfds_[i].get() : -1, .events = POLLIN, .revents = 0};
    // Neither is being stopped, or another program.
    const bool is_silent = state(i) != fault::ActorState::acting || seat(i).cue.mishap != fault::Mishap::dies;
    is_calling = is_calling || (runs && (manner_ == Manner::native || is_silent));
  }
  const timespec wait{.tv_sec = 0, .tv_nsec = is_calling ? (looks < eager_looks ? soon_ns : less_often_ns) : long_ns};
  if (ppoll(watched.data(), watched.size(), &wait, nullptr) > 0 && watched[0].revents != 0) {
    std::uint64_t rings = 0;
    [[maybe_unused]] const ssize_t bytes = read(bell_.get(), &rings, sizeof rings);  // cannot fail: it has rung, and only we read
  }  // negative only with EINTR, whose flag settle() looks at
}

bool CrashStage::is_settled(std::uint32_t actor) {
  if (ended_[actor] || stopped_[actor]) { return true; }
  const fault::ActorState now = state(actor);
  if (now == fault::ActorState::waiting || now == fault::ActorState::left) { return true; }
  if (has_ended(actor) || stopped_[actor]) { return true; }
  if (steppers_[actor]) { return steppers_[actor]->has_stopped() || sleeps(actor); }
  if (manner_ == Manner::native) { return sleeps(actor); }
  if (now == fault::ActorState::acting) { return false; }
  return sleeps(actor) && fault::note_asleep(area().seats[actor]);
}

bool CrashStage::sleeps(std::uint32_t actor) const {
  return run::is_asleep_for_good(pids_[actor], pids_[actor]);
}

}  // namespace shmlab::crash
