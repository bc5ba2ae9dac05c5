#pragma once

#include <algorithm>
#include <cstdint>

#include "strategies/parts/vain_spins.hpp"

namespace shmlab::strategies {

/// Temporal slipping (Giacomoni, Moseley, Vachharajani, FastForward for Efficient Pipeline Parallelism, PPoPP 2008): one side of a ring lets the other
/// get ahead of it. A consumer close behind its producer finds a message or two at each look; every look takes the line of the count away from the
/// producer, and every message that of the slot, while there are others to fill in it. So who finds little keeps the other side waiting, too.
/// After such a look this one pauses before the next, and for twice as long after each that finds little again, and goes on like that as long as
/// it pays.
///
/// It pays if a look finds at least a message for four pauses, and more than the look did after which the pauses began. Otherwise it ends, and
/// begins again only after some looks that find little, more of them each time, until it brings enough. So it is for messages that come about as fast
/// as lines change hands: who takes one now and then, each there already or not there yet, pauses once in a thousand looks in the end.
///
/// Of calls that wait alone, and before their first look: what passes between two looks of one wait says Patience, and calls that only try look at once
/// and take no part. Where somebody looks on (Env::spin_limit is 0) nobody is fast, and it never pauses.
template <class Env>
class TemporalSlip {
 public:
  /// A look that finds less than this finds little. With 0 none does.
  explicit constexpr TemporalSlip(std::uint64_t enough)
      : enough_(enough), most_pauses_(static_cast<std::uint32_t>(std::min(2 * enough, longest))) {}

  /// Before a look.
  void keep() const {
    if constexpr (Env::spin_limit > 0) {
      for (std::uint32_t i = 0; i < pauses_; ++i) { Env::pause(); }
    }
  }
  /// The look found so much at once, 1 at least.
  void found(std::uint64_t count) {
    if (pauses_ == 0) {
      if (count >= enough_ || !vain_.is_worth_it()) { return; }
      pauses_ = std::min(first_pauses, most_pauses_);
      without_ = count;
    } else if (count <= without_ || pauses_each * count < pauses_) {
      end_in_vain();
    } else if (count >= enough_) {
      vain_.succeeded();
    } else {
      pauses_ = std::min(2 * pauses_, most_pauses_);
    }
  }
  /// The look found nothing, and a wait begins.
  void found_nothing() {
    if (pauses_ != 0) { end_in_vain(); }
  }

 private:
  // Tried on an Intel Xeon, where a pause takes 10 ns and a line 115 there and back, with streams of 8 bytes through 1024 slots, before there was the rule that
  // it has to pay. A fixed number of pauses, spsc_ring: 5 to 13 ns a message with 64, 5 to 26 with 32, 6 to 59 with 16. The most, doubled up to: 128 are no
  // better than 64 there, and a fifth faster in spsc_ring_blocking (11 ns in place of 14), but delay a message by as much again. Beginning with 16, 32 or 64
  // makes no difference; with 8 some runs of spsc_ring_blocking stayed at 100 ns.
  static constexpr std::uint32_t first_pauses = 16;
  static constexpr std::uint64_t longest = 64;
  static constexpr std::uint32_t pauses_each = 4;
  static constexpr std::uint32_t most_looks_without = 1023;

  void end_in_vain() {
    pauses_ = 0;
    vain_.failed();
  }

  std::uint64_t enough_;
  std::uint32_t most_pauses_;  ///< no more than pass while a small ring fills
  std::uint32_t pauses_ = 0;   ///< before the next look
  std::uint64_t without_ = 0;  ///< what the look found after which the pauses began
  VainSpins vain_{most_looks_without};
};

}  // namespace shmlab::strategies
