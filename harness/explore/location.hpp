#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <source_location>
#include <vector>

#include "explore/view.hpp"

namespace shmlab::explore {

/// A store, or the first value of its location.
struct Message {
  static constexpr std::uint32_t nobody = max_participants;

  View released;  ///< what an acquire that reads it joins
  std::uint64_t value = 0;
  Timestamp at = 0;
  std::uint32_t author = nobody;  ///< nobody: the first value
  std::uint32_t step = 0;         ///< of the execution, in which it was written
  bool fused = false;  ///< written by a read-modify-write that read the message directly before it: nothing comes between
  std::source_location where;

  /// Events of the message by their part in S: a *source* precedes in S what follows the event in coherence order, a *target* comes
  /// behind what precedes it. Events that are not seq_cst are sources through the seq_cst fences that happen before them, and targets
  /// through those that happen after.
  ScNodes write_sources = 0;
  ScNodes read_sources = 0;
  ScNodes targets = 0;

  /// As if just made, but for the view.
  void reset(std::uint64_t first_value);
};

/// The messages of one atomic location in modification order ([intro.races]/4). A new one may stand between others: timestamps have gaps.
class Location {
 public:
  /// `gap` >= 2 is the distance of the timestamps of neighbours where there is room.
  explicit Location(Timestamp gap = 1 << 10) : gap_(gap) {}

  /// Only the first message, with this value.
  void reset(std::uint64_t first_value, std::size_t width);

  [[nodiscard]] std::size_t size() const { return order_.size(); }
  [[nodiscard]] std::size_t last() const { return order_.size() - 1; }
  [[nodiscard]] Message& operator[](std::size_t position) { return *order_[position]; }
  [[nodiscard]] const Message& operator[](std::size_t position) const { return *order_[position]; }
  [[nodiscard]] Message& newest() { return *order_.back(); }
  [[nodiscard]] const Message& newest() const { return *order_.back(); }
  /// Of the message with this timestamp.
  [[nodiscard]] std::size_t position_of(Timestamp at) const;

  /// Whether insert(position) has a timestamp to give; else respace() comes first.
  [[nodiscard]] bool has_room(std::size_t position) const;
  /// A new message at this position, 1 to size(). Its view is left as it is.
  Message& insert(std::size_t position);

  /// The timestamp that the message at this position will have after respace().
  [[nodiscard]] Timestamp respaced(std::size_t position) const { return static_cast<Timestamp>(position) * gap_; }
  /// Gives every message a new timestamp, with gaps again. Timestamps that others keep are to be replaced before.
  void respace();

 private:
  Timestamp gap_;
  std::vector<Message*> order_;
  std::deque<Message> pool_;  ///< of which the first order_.size() are in use
};

}  // namespace shmlab::explore
