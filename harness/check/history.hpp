#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contract/history.hpp"
#include "contract/verdict.hpp"

namespace shmlab::check {

/// What the recorded object is: its states, and what each action does to them.
/// - mutex: lock and unlock. Only the holder unlocks.
/// - shared_mutex: lock, unlock, lock_shared, unlock_shared. A participant holds at most one of them at a time.
/// - semaphore: post adds a permit, wait takes one.
/// - snapshot: publish(v) replaces the value, read gives it; 0 before the first publish.
/// - queue: first in, first out: send(v) and receive, for several of both.
enum class HistoryModel : std::uint8_t { mutex, shared_mutex, semaphore, snapshot, queue };

std::string_view to_string(HistoryModel model);

/// Whether the operation returned without having done anything. What is pending is not refused yet.
constexpr bool is_refused(const Event& event) {
  return !event.succeeded && !event.is_pending();
}

/// What a history alone does not say.
struct HistoryLimits {
  std::uint64_t permits = 0;   ///< of a semaphore at the start
  std::uint64_t capacity = 0;  ///< of a queue: values that it holds at most; 0: not known, and none are too many
  /// Of a queue: values that it has room for at least; 0: not known, and no answer "full" is judged.
  std::uint64_t least_capacity = 0;
  /// By how many ticks each stamp was widened (Clock): so far, twice, the operations of one participant may overlap.
  std::uint64_t skew_ticks = 0;
  /// Configurations that the search may visit before it gives up: the verdict is then unknown. Histories of distinct values, and those
  /// of locks and semaphores, are judged without branching and stay far below it.
  std::uint64_t most_explored = 20'000'000;
};

struct HistoryVerdict {
  Judgement judgement = Judgement::unknown;
  std::string why;  ///< one line; empty when ok
  /// When violated: a small part of the history that is a contradiction by itself, from the same initial state, in order of start.
  /// What had not returned when the contradiction was complete is pending in it. For snapshot, mutex, shared_mutex and semaphore it is
  /// minimal: without any one lock (and its unlock), wait, read, or value (its publishes and reads), it is ok. But where a long history
  /// publishes values repeatedly, the first row may be a publish that only tells the value from which it goes on.
  std::vector<Event> window;
  std::uint64_t explored = 0;  ///< configurations visited, or values held against each other
};

/// Whether the operations can be put in one order that the model allows and that agrees with the stamps: linearizability (Herlihy and
/// Wing, 1990). A precedes B when A.end < B.start, and when both are of one participant and A.end == B.start while no other participant
/// has such a pair at that stamp. A pending operation takes effect after its start or never. A refused operation changes nothing; only
/// those of a queue are judged.
///
/// - unknown: the budget is exceeded, a value is sent twice, more than 64 operations overlap at one time; or the history is malformed:
///   an end before its start, operations of one participant that overlap, an action that the model does not have.
/// - violated: also an unlock by a participant that does not hold the lock.
/// - ok: for a queue with a capacity: no value was lost, repeated or overtaken, and no answer was certainly wrong; whether one
///   order agrees with all answers "full" at once is not searched. Nor, with pending receives, is every answer "empty".
HistoryVerdict check_history(HistoryModel model, std::span<const Event> events, const HistoryLimits& limits = {});

/// The window as a table: a row for each operation in order of start, a column for each participant.
std::string window_text(const HistoryVerdict& verdict);

}  // namespace shmlab::check
