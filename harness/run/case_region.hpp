#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "catalogue/entry.hpp"
#include "env/carried_descriptors.hpp"
#include "run/case_layout.hpp"
#include "run/order_segment.hpp"
#include "run/plan.hpp"
#include "shm/region.hpp"

namespace shmlab::run {

/// Of the region that `plan` makes. Throws Unavailable when the pair does not fit, or cannot be had.
std::size_t region_bytes(const Plan& plan);
/// Of the memory that somebody else has to lend for it (Plan::lent), with latencies or without; 0: it cannot be made there. Throws as region_bytes().
std::size_t lendable_bytes(const Plan& plan);

/// A case made ready: its region created, laid out, initialised and published. Owned by the runner.
/// One at a time in a process.
/// On destruction the names of the strategy and of the region are gone.
class CaseRegion {
 public:
  /// Throws Unavailable when the pair does not fit or the strategy cannot be had, BadInput when the machine has no room.
  explicit CaseRegion(const Plan& plan);
  ~CaseRegion();
  CaseRegion(const CaseRegion&) = delete;
  CaseRegion& operator=(const CaseRegion&) = delete;

  [[nodiscard]] std::uint32_t participants() const { return participants_; }
  /// Who has to be started: the participants, and a prober when a lone participant has its floor probed.
  [[nodiscard]] std::uint32_t parties() const { return parties_; }
  [[nodiscard]] const catalogue::CaseCode& code() const { return *code_; }
  [[nodiscard]] shm::Region& region() { return region_; }
  [[nodiscard]] const CaseLayout& layout() const { return layout_; }
  /// What the participants are told, and cannot write.
  [[nodiscard]] CaseOrder& order() const { return order_; }
  [[nodiscard]] MeetingPoint& meeting_point() const { return layout_.meeting_point(region_.payload()); }
  [[nodiscard]] measure::Record& record(std::uint32_t participant) const {
    return layout_.record(region_.payload(), participant);
  }
  [[nodiscard]] std::span<measure::Histogram> histograms(std::uint32_t participant) const {
    return layout_.histograms(region_.payload(), participant);
  }
  /// Only in the lane scheduled.
  [[nodiscard]] TurnArea& turns() const { return layout_.turns(region_.payload()); }
  /// What a process needs that is not forked from this one now: the region's descriptor, and then those that the objects carry.
  [[nodiscard]] std::vector<int> descriptors() const;
  [[nodiscard]] void* memory() const { return layout_.memory(region_.payload()); }

  /// Everybody has attached: names are no longer needed. Harmless when called again.
  void retire_names();

 private:
  const Plan& plan_;
  const catalogue::CaseCode* code_;
  std::uint32_t participants_;
  std::uint32_t parties_;
  CaseLayout layout_;
  env::CarriedScope carried_;  ///< what the objects open is closed at the end, whatever was written over their tickets
  shm::Region region_;
  CaseOrder& order_;
  bool retired_ = false;
};

}  // namespace shmlab::run
