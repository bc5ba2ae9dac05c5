#pragma once

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/controls/parts/lamport_ring.hpp"
#include "strategies/record_ring.hpp"

namespace shmlab::strategies::broken_record_ring {

/// The padding at the end is skipped and never counted: after the first round the consumer is behind, and takes what lies there for records
/// that are still to come.
struct Uncounted {
  static constexpr bool gives_back_padding = false;
};

/// Broken on purpose: see Uncounted.
template <class Env>
class BrokenRecordRing : public record_ring::Ring<Env, Uncounted> {
 public:
  static constexpr Descriptor descriptor = lamport_ring::described(
      "broken_record_ring", "ring of records whose consumer skips the padding at the end without giving it back",
      "control: padding that one side counts and the other does not", "schedules");
  using record_ring::Ring<Env, Uncounted>::Ring;
};

using Plugins = Variants<BrokenRecordRing>;

}  // namespace shmlab::strategies::broken_record_ring
