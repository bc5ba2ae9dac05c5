#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "catalogue/entry.hpp"
#include "contract/outcome.hpp"
#include "contract/verdict.hpp"
#include "fault/turns.hpp"
#include "run/case_layout.hpp"

namespace shmlab::run {

/// One participant of the lane scheduled: runs the case again and again, a schedule each time, in turns with the others.
/// Participant 0 conducts: it sets up the memory and the schedule before each run and judges it after, and its first finding ends the
/// search. What comes of it lies in the TurnArea.
class ScheduledParticipant {
 public:
  /// Everything outlives the object. Before run(), the calling thread has its place.
  ScheduledParticipant(const CaseOrder& order, std::byte* payload, const CaseLayout& layout, const catalogue::CaseCode& code,
                       std::uint32_t index);

  /// false: as run_participant().
  [[nodiscard]] bool run();

 private:
  [[nodiscard]] fault::TurnTable& table() const { return area_.table; }
  [[nodiscard]] bool conducts() const { return index_ == 0; }
  void conduct();
  void take_part();
  void run_body(fault::Turns& turns);
  void set_up();
  void plan_schedule(std::uint64_t number);
  [[nodiscard]] Verdict judge();
  [[nodiscard]] std::string stuck_text(std::string_view what) const;
  void report(const Verdict& verdict);
  void enter(measure::Phase phase);

  std::byte* payload_;
  const CaseLayout& layout_;
  const catalogue::CaseCode& code_;
  std::uint32_t index_;
  const CaseOrder& order_;
  TurnArea& area_;
  void* memory_;
  std::atomic<std::uint32_t> never_stop_{0};
  bool was_left_ = false;          ///< a body did not return
  std::uint64_t first_steps_ = 0;  ///< of the run without preemptions
  std::vector<Outcome> outcomes_;
};

}  // namespace shmlab::run
