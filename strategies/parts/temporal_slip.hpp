#pragma once

#include <algorithm>
#include <cstdint>

#include "strategies/parts/vain_spins.hpp"

namespace shmlab::strategies {

/// Temporal slipping (Giacomoni, Moseley, Vachharajani, FastForward for Efficient Pipeline Parallelism, PPoPP 2008): one side of a ring lets the other
/// get ahead of it. A consumer close behind its producer finds a message or two at each look; every look takes the line of the count away from the
/// producer, and every message that of the slot, while there are others to fill in it. So who finds little keeps the other side waiting, too.
/// After such a look this one pauses before the next, and for twice as long after each that finds little again. Once it finds enough, it goes on
/// like that.
///
/// Only looks that find something at once count: who has to wait for a message is not ahead of its producer's pace, and pausing would delay what it
/// waits for. And a pause that does not bring more than there was before it was in vain: it is left out for a while then, longer
/// each time, so that who takes one message now and then, each there already, is not kept waiting.
///
/// Where somebody looks on (Env::spin_limit is 0) nobody is fast, and it never pauses.
template <class Env>
class TemporalSlip {
 public:
  /// A look that finds less than this finds little. With 0 none does.
  explicit constexpr TemporalSlip(std::uint64_t enough) : enough_(enough) {}

  /// Before a look.
  void keep() const {
    if constexpr (Env::spin_limit > 0) {
      for (std::uint32_t i = 0; i < pauses_; ++i) { Env::pause(); }
    }
  }
  /// The look found so much at once, 1 at least.
  void found(std::uint64_t count) {
    if (count >= enough_) { return; }
    if (pauses_ == 0) {
      if (!vain_.is_worth_it()) { return; }
      pauses_ = first_pauses;
      without_ = count;
    } else if (count > without_) {
      pauses_ = std::min(2 * pauses_, most_pauses);
      vain_.succeeded();
    } else {
      pauses_ = 0;
      vain_.failed();
    }
  }
  /// The look found nothing, and a wait begins.
  void found_nothing() { pauses_ = 0; }

 private:
  // Measured on an Intel Xeon, where a pause takes 10 ns and a line 115 there and back: a stream of 8 bytes takes 5 to 12 ns a message with 64 at most,
  // 5 to 26 with 32, and 6 to 59 with 16; 128 are no better. Where it begins makes no difference between 16 and 64; with 8 more of them are in vain.
  static constexpr std::uint32_t first_pauses = 16;
  static constexpr std::uint32_t most_pauses = 64;
  static constexpr std::uint32_t most_looks_without = 63;

  std::uint64_t enough_;
  std::uint64_t without_ = 0;  ///< what the look found after which the pauses began
  std::uint32_t pauses_ = 0;   ///< before the next look
  VainSpins vain_{most_looks_without};
};

}  // namespace shmlab::strategies
