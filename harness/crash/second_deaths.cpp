#include "crash/second_deaths.hpp"

#include <fmt/core.h>

namespace shmlab::crash {

std::uint32_t SecondDeaths::who(const CrashPoint& at) {
  return at.arrival == waiter_dies ? deaths::waiter : deaths::partner;
}

CrashOutcome SecondDeaths::play(const CrashPoint& at) {
  CrashPoint first = at;
  first.kind = CrashKind::access;
  first.arrival = at.point;
  CrashOutcome outcome = AccessDeaths::play(first);
  if (!outcome.died) { return outcome; }
  aftermath().bury();
  const std::uint32_t second = who(at);
  const std::uint64_t before = stage().seat(second).accesses;
  // Who polls comes round to his cue again.
  constexpr std::uint64_t some_polls = 8;
  constexpr int cues = 2;
  for (int i = 0; i < cues && !stage().is_dead(second); ++i) {
    stage().cue(second, {.polls = some_polls, .mishap_at = before + at.second});
  }
  outcome.died = stage().is_dead(second);
  if (outcome.died) { outcome.where += fmt::format("; then the second, before its {}", stage().whereabouts(second)); }
  return outcome;
}

void SecondDeaths::conclude(const CrashPoint& at, CrashOutcome& outcome) {
  aftermath().follow_twice(outcome, who(at));
}

}  // namespace shmlab::crash
