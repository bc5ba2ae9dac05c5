#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "catalogue/entry.hpp"
#include "contract/history.hpp"
#include "measure/histogram.hpp"
#include "measure/record.hpp"
#include "run/case_order.hpp"
#include "run/meeting_point.hpp"
#include "run/turn_area.hpp"

namespace shmlab::run {

/// Where things lie in the payload of a case's region: meeting point, records, histograms, histories,
/// turns, then scenario and strategy.
/// Computed alike by the runner and by every participant; the fingerprint proves that they agree.
class CaseLayout {
 public:
  CaseLayout(const catalogue::CaseCode& code, const ParamValues& values, std::uint32_t parties, const CaseExtent& extent);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] MeetingPoint& meeting_point(std::byte* payload) const;
  [[nodiscard]] measure::Record& record(std::byte* payload, std::uint32_t participant) const;
  [[nodiscard]] std::span<measure::Histogram> histograms(std::byte* payload, std::uint32_t participant) const;
  /// The log of a participant's history.
  [[nodiscard]] std::span<Event> events(std::byte* payload, std::uint32_t participant) const;
  /// Only where participants take turns.
  [[nodiscard]] TurnArea& turns(std::byte* payload) const;
  [[nodiscard]] std::span<fault::TraceEntry> trace(std::byte* payload) const;
  [[nodiscard]] void* memory(std::byte* payload) const { return payload + memory_; }
  /// Bytes of scenario and strategy alone.
  [[nodiscard]] std::size_t memory_bytes() const { return bytes_ - memory_; }

 private:
  CaseExtent extent_;
  std::size_t records_ = 0;
  std::size_t first_histogram_ = 0;
  std::size_t first_event_ = 0;
  std::size_t turns_ = 0;
  std::size_t trace_ = 0;
  std::size_t memory_ = 0;
  std::size_t bytes_ = 0;
};

/// Of the build and the case: two programs that differ in either do not attach to each other's regions (FNV-1a, 64 bits).
std::uint64_t fingerprint_of_build();

}  // namespace shmlab::run
