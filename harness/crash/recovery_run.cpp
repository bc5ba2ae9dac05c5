#include "crash/recovery_run.hpp"

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

/// Who polls is at it by then.
constexpr std::chrono::milliseconds soon{2};
/// Nobody can tell of one who polls whether it will ever get what it polls for.
constexpr std::chrono::milliseconds in_vain{40};
constexpr std::chrono::microseconds between_looks{200};

}  // namespace

/// Up to the victim's death. The others are on their way already, but for the partner who would give them what they wait for.
CrashOutcome RecoveryRun::play(const CrashPoint& at) {
  CrashOutcome outcome = stand_before(at.point);
  if (!outcome.arrived) { return outcome; }
  stage().let_go(waiter);
  if (aftermath().partner_waits_too()) { stage().let_go(partner); }
  await_rest(soon);
  const std::uint64_t before = aftermath().count(waiter, "cycles");
  const bool had_to_wait = stage().is_on(waiter);
  const std::uint64_t killed = Clock::now();
  stage().kill_at_once(victim);
  outcome.died = true;
  aftermath().bury();
  if (!aftermath().partner_waits_too()) { stage().let_go(partner); }
  await_rest(in_vain);
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

/// Until nobody has anything to do, twice in a row: who rested at the first look may have been woken by one who acted then.
void RecoveryRun::await_rest(std::chrono::nanoseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  for (int rested = 0; rested < 2 && steady_clock::now() < deadline;) {
    rested = stage().rests(waiter, partner) ? rested + 1 : 0;
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
