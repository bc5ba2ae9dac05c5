#include "crash/recovery_run.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "measure/clock.hpp"

namespace shmlab::crash {
namespace {

using deaths::partner;
using deaths::victim;
using deaths::waiter;
using measure::Clock;
using std::chrono::steady_clock;

/// Who has polled so often is at it.
constexpr std::uint64_t some_polls = 20;
/// Nobody can tell of one who polls whether it will ever get what it polls for.
constexpr std::uint64_t vain_polls = 1000;
/// For who neither polls nor sleeps.
constexpr std::chrono::milliseconds patience{200};
constexpr std::chrono::microseconds between_looks{50};

}  // namespace

/// Up to the victim's death. The others are on their way already, but for the partner who would give them what they wait for.
CrashOutcome RecoveryRun::play(const CrashPoint& at) {
  CrashOutcome outcome = stand_before(at.point);
  if (!outcome.arrived) { return outcome; }
  stage().let_go(waiter);
  if (aftermath().partner_waits_too()) { stage().let_go(partner); }
  await_rest(some_polls);
  const std::uint64_t before = aftermath().count(waiter, "cycles");
  const bool had_to_wait = stage().is_on(waiter);
  const std::uint64_t killed = Clock::now();
  stage().kill_at_once(victim);
  outcome.died = true;
  aftermath().bury();
  if (!aftermath().partner_waits_too()) { stage().let_go(partner); }
  await_rest(vain_polls);
  sample_ = {};
  const std::optional<std::uint64_t> next = end_of_cycle(before + 1);
  if (had_to_wait && next && *next >= killed) { sample_.kill_to_next_ns = Clock::to_ns(*next - killed); }
  sample_.never = had_to_wait && !next;
  return outcome;
}

/// When the waiter had done so many; nothing: it has not.
std::optional<std::uint64_t> RecoveryRun::end_of_cycle(std::uint64_t cycle) const {
  const auto& reached = stage().seat(waiter).reached;
  if (cycle > reached.size()) { return std::nullopt; }
  // acquire: pairs with the release in Actor::note_progress()
  const std::uint64_t at = reached[cycle - 1].load(std::memory_order_acquire);
  return at == 0 ? std::nullopt : std::optional(at);
}

/// Until nobody has anything to do, or has polled so often since the other changed what he does; twice in a row: who rested at the first look may
/// have been woken by one who acted then.
void RecoveryRun::await_rest(std::uint64_t polls) {
  constexpr std::array others{waiter, partner};
  std::array<bool, 2> rest{};
  std::array<std::uint64_t, 2> before{};
  const auto deadline = steady_clock::now() + patience;
  for (int rested = -1; rested < 2 && steady_clock::now() < deadline;) {
    std::array<bool, 2> now{};
    std::array<std::uint64_t, 2> polled{};
    for (std::size_t i = 0; i < others.size(); ++i) {
      now[i] = stage().rests(others[i]);
      polled[i] = stage().seat(others[i]).polls.load(std::memory_order_relaxed);  // relaxed: only its own value counts
    }
    if (rested < 0 || now != rest) {
      before = polled;
      rest = now;
    }
    const auto is_done = [&](std::size_t i) { return now[i] || polled[i] - before[i] >= polls; };
    rested = is_done(0) && is_done(1) ? std::max(rested, 0) + 1 : 0;
    if (rested < 2) { std::this_thread::sleep_for(between_looks); }
  }
}

void RecoveryRun::conclude(const CrashPoint& /*at*/, CrashOutcome& /*outcome*/) {
  for (const std::uint32_t actor : {waiter, partner}) {
    sample_.is_poisoned = sample_.is_poisoned || aftermath().count(actor, "told") > aftermath().count(actor, "repaired");
  }
  sample_.lost = lost();
  sample_.duplicated = aftermath().count(partner, "duplicated");
}

std::uint64_t RecoveryRun::lost() const {
  if (role_ == CrashRole::consumer) { return aftermath().count(partner, "lost"); }
  // What comes behind the victim's messages has arrived, so they have.
  if (role_ != CrashRole::producer || stage().is_on(waiter) || stage().is_dead(waiter)) { return 0; }
  const std::uint64_t sent = aftermath().count(victim, "cycles");
  const std::uint64_t received = aftermath().count(waiter, "from the victim");
  return sent > received ? sent - received : 0;
}

}  // namespace shmlab::crash
