#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "crash/crash_aftermath.hpp"

/// What becomes of the others beside one who is stopped, and then goes on.
namespace shmlab::crash {

using deaths::partner;
using deaths::victim;
using deaths::waiter;

/// The victim has the lock: it is inside.
bool Aftermath::holds_it() const {
  // relaxed: it has stopped
  return is_lock(code_.face) && stage_.record(victim).step.load(std::memory_order_relaxed) == crash_step(scenario_, "inside");
}

std::uint64_t Aftermath::cycles_of_others() const {
  std::uint64_t sum = 0;
  for (std::uint32_t i = waiter; i < stage_.actors(); ++i) { sum += count(i, "cycles"); }
  return sum;
}

/// Who polls is asked until it has polled for long.
void Aftermath::ask_while_it_is_stopped() {
  constexpr int rounds = 3;
  for (int i = 0; i < rounds; ++i) {
    ask(waiter);
    if (partner_holds() || partner_came() || !partner_waits_too()) { ask(partner); }
    ask(newcomer_);
  }
}

void Aftermath::outlast(CrashOutcome& outcome) {
  outcome.declared = OnDeath::unaffected;
  slept_at_.clear();
  stuck_ = {};
  second_.reset();
  const bool held = holds_it();
  const std::uint64_t before = cycles_of_others();
  ask_while_it_is_stopped();
  const bool stolen = held && holds_it() && cycles_of_others() != before;
  const std::array asked{waiter, newcomer_};
  std::array<Fate, 2> meanwhile{};
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const bool timed_out = count(asked[i], "timed out") != 0;
    meanwhile[i] = timed_out ? Fate::times_out : waits(asked[i]) ? Fate::waits : Fate::unaffected;
  }
  stage_.go_on(victim);
  constexpr int rounds = 6;
  for (int i = 0; i < rounds; ++i) {
    for (const std::uint32_t actor : {victim, partner, waiter, newcomer_}) { ask(actor); }
  }
  conclude(outcome);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Fate& fate = outcome.fates[i];
    const std::uint64_t told = count(asked[i], "told");
    if (fate <= Fate::blocks && told != 0) {
      fate = Fate::corrupts;
      outcome.whys[i] = "was told of a death, and nobody had died";
    } else if (fate == Fate::unaffected) {
      fate = meanwhile[i];
    }
  }
  if (const Found of_victim = fate_of(victim, false); of_victim.first > Fate::unaffected && outcome.fates[1] < of_victim.first) {
    outcome.fates[1] = of_victim.first;
    outcome.whys[1] = "the one who had been stopped: " + of_victim.second;
  }
  if (stolen) {
    outcome.fates[1] = Fate::corrupts;
    outcome.whys[1] = "another had the lock while the one who was stopped was inside";
  }
}

}  // namespace shmlab::crash
