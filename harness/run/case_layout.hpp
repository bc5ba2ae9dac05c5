#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "catalogue/entry.hpp"
#include "measure/histogram.hpp"
#include "measure/record.hpp"
#include "run/control_block.hpp"

namespace shmlab::run {

/// Where things lie in the payload of a case's region: control block, records, histograms, then scenario and strategy.
/// Computed alike by the runner and by every participant; the fingerprint proves that they agree.
class CaseLayout {
 public:
  /// `histograms` per party; 0 when the run does not time.
  CaseLayout(const catalogue::CaseCode& code, const ParamValues& values, std::uint32_t parties, std::size_t histograms);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] ControlBlock& control(std::byte* payload) const;
  [[nodiscard]] measure::Record& record(std::byte* payload, std::uint32_t participant) const;
  [[nodiscard]] std::span<measure::Histogram> histograms(std::byte* payload, std::uint32_t participant) const;
  [[nodiscard]] void* memory(std::byte* payload) const { return payload + memory_; }
  /// Bytes of scenario and strategy alone.
  [[nodiscard]] std::size_t memory_bytes() const { return bytes_ - memory_; }

 private:
  std::size_t histograms_each_;
  std::size_t records_ = 0;
  std::size_t first_histogram_ = 0;
  std::size_t memory_ = 0;
  std::size_t bytes_ = 0;
};

/// Of the build and the case: two programs that differ in either do not attach to each other's regions (FNV-1a, 64 bits).
std::uint64_t fingerprint_of_build();

}  // namespace shmlab::run
