#pragma once

#include <cstdint>

#include "measure/session.hpp"
#include "measure/usage.hpp"
#include "run/control_block.hpp"

namespace shmlab::run {

/// Around a participant's body: the common start, the proof that memory is shared, the floor probes, the cost account.
class ParticipantGate final : public measure::Gate {
 public:
  ParticipantGate(ControlBlock& control, measure::Record& record, std::uint32_t index)
      : control_(control), record_(record), index_(index) {}

  bool enter() override;
  void leave() override;
  /// The closing floor probe of every party; after the record is final, so that nobody takes a wait for the partner for a hang.
  void after_body();

 private:
  [[nodiscard]] bool everybody_shares_memory() const;
  void probe_floor(double& result);

  ControlBlock& control_;
  measure::Record& record_;
  std::uint32_t index_;
  measure::Usage before_{};
};

}  // namespace shmlab::run
