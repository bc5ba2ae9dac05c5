#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "contract/history.hpp"

namespace shmlab::check {

/// The calls and returns of a history one after the other, such that A precedes B (check_history) exactly when A's return comes before
/// B's call. At one stamp calls come before returns: closed intervals that touch overlap. But when one participant's operations touch,
/// the first is known to have returned: its return comes right after the other calls of that stamp, and then its next call.
/// Each step costs a look at every participant; memory: 4 bytes an operation.
class HistoryOrder {
 public:
  struct Endpoint {
    std::uint32_t event;        ///< index into the history
    std::uint32_t participant;  ///< index in order of their numbers, below participants()
    bool is_return;
  };

  /// `events` has to outlive this. Those of one participant may come in any order.
  HistoryOrder(std::span<const Event> events, std::uint64_t skew_ticks);

  /// Why the history cannot be ordered; empty when it can.
  [[nodiscard]] const std::string& malformed() const { return malformed_; }
  [[nodiscard]] std::uint32_t participants() const { return static_cast<std::uint32_t>(ids_.size()); }
  /// false: there is no further endpoint. Pending operations have no return.
  bool next(Endpoint& endpoint);

 private:
  /// Where one participant is: its next call and its next return.
  struct Cursor {
    std::uint64_t start = Event::never;
    std::uint64_t end = Event::never;
    std::uint32_t call = 0;  ///< index into order_
    std::uint32_t ret = 0;
    std::uint32_t stop = 0;
  };

  static constexpr std::uint32_t most_looked_up = 1U << 16U;

  void group(std::span<const Event> events);
  void number_participants(std::span<const Event> events);
  void sort_and_inspect(std::uint32_t first, std::uint32_t last, std::uint64_t skew_ticks);
  [[nodiscard]] std::uint32_t index_of(std::uint32_t participant) const;
  [[nodiscard]] std::uint32_t next_of_instant(std::uint64_t stamp, bool& is_return) const;
  Endpoint emit(std::uint32_t participant, bool is_return);
  void load_call(Cursor& cursor) const;
  void load_return(Cursor& cursor) const;

  std::span<const Event> events_;
  std::vector<std::uint32_t> ids_;      ///< of participants, ascending
  std::vector<std::uint32_t> indices_;  ///< by number of the participant; empty when one is most_looked_up or more
  std::vector<std::uint32_t> order_;    ///< events by participant, in its order
  std::vector<Cursor> cursors_;
  std::vector<std::uint64_t> stamps_;  ///< of each participant's next endpoint
  std::string malformed_;
};

/// The same operations in order of start; those that start together stay as they are.
std::vector<Event> by_start(std::span<const Event> events);

}  // namespace shmlab::check
