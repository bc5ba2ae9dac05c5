#pragma once

#include <cstdint>
#include <optional>

#include "measure/hardware_counters.hpp"
#include "measure/session.hpp"
#include "measure/usage.hpp"
#include "run/case_order.hpp"
#include "run/meeting_point.hpp"

namespace shmlab::run {

/// Around a participant's body: the common start, the proof that memory is shared, the floor probes, the cost account.
class ParticipantGate final : public measure::Gate {
 public:
  ParticipantGate(const CaseOrder& order, MeetingPoint& meeting_point, measure::Record& record, std::uint32_t index)
      : order_(order), meeting_point_(meeting_point), record_(record), index_(index) {}

  ~ParticipantGate() override { resume(); }
  ParticipantGate(const ParticipantGate&) = delete;
  ParticipantGate& operator=(const ParticipantGate&) = delete;

  bool enter() override;
  void leave() override;
  /// By SIGSTOP and SIGCONT, where the other is a process of its own. Throws std::system_error when a signal cannot be sent.
  bool suspend(std::uint32_t participant) override;
  void resume() override;
  /// The closing floor probe of every party; after the record is final, so that nobody takes a wait for the partner for a hang.
  void after_body();

 private:
  static constexpr int nobody = -1;

  [[nodiscard]] const measure::Record& record_of(std::uint32_t participant) const { return (&record_ - index_)[participant]; }
  [[nodiscard]] bool everybody_shares_memory() const;
  void probe_floor(double& result);

  const CaseOrder& order_;
  MeetingPoint& meeting_point_;
  measure::Record& record_;
  std::uint32_t index_;
  measure::Usage before_{};
  std::optional<measure::HardwareCounters> counters_;  ///< of the body, when they are asked for
  int suspended_ = nobody;                             ///< pidfd of who is stopped
};

}  // namespace shmlab::run
