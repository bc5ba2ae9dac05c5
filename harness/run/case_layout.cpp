#include "run/case_layout.hpp"

#include <new>
#include <string_view>

#include "measure/build_info.hpp"

namespace shmlab::run {
namespace {

constexpr std::uint64_t fnv_offset = 0xcbf2'9ce4'8422'2325U;
constexpr std::uint64_t fnv_prime = 0x0000'0100'0000'01b3U;

std::uint64_t fnv1a(std::string_view text, std::uint64_t hash) {
  for (const char c : text) { hash = (hash ^ static_cast<unsigned char>(c)) * fnv_prime; }
  return hash;
}

}  // namespace

CaseLayout::CaseLayout(const catalogue::CaseCode& code, const ParamValues& values, std::uint32_t parties,
                       const CaseExtent& extent)
    : extent_(extent) {
  const Footprint footprint = code.footprint(values);
  records_ = align_up(sizeof(MeetingPoint), alignof(measure::Record));
  first_histogram_ = align_up(records_ + parties * sizeof(measure::Record), alignof(measure::Histogram));
  first_event_ = align_up(first_histogram_ + parties * extent.histograms * sizeof(measure::Histogram), alignof(Event));
  turns_ = align_up(first_event_ + parties * extent.events * sizeof(Event), alignof(TurnArea));
  trace_ = turns_ + (extent.takes_turns ? sizeof(TurnArea) : 0);
  memory_ = align_up(trace_ + extent.trace * sizeof(fault::TraceEntry), footprint.alignment);
  bytes_ = memory_ + footprint.bytes;
}

MeetingPoint& CaseLayout::meeting_point(std::byte* payload) const {
  return *std::launder(reinterpret_cast<MeetingPoint*>(payload));
}

measure::Record& CaseLayout::record(std::byte* payload, std::uint32_t participant) const {
  return std::launder(reinterpret_cast<measure::Record*>(payload + records_))[participant];
}

std::span<measure::Histogram> CaseLayout::histograms(std::byte* payload, std::uint32_t participant) const {
  auto* first = std::launder(reinterpret_cast<measure::Histogram*>(payload + first_histogram_));
  return {first + participant * extent_.histograms, extent_.histograms};
}

std::span<Event> CaseLayout::events(std::byte* payload, std::uint32_t participant) const {
  auto* first = std::launder(reinterpret_cast<Event*>(payload + first_event_));
  return {first + participant * extent_.events, extent_.events};
}

TurnArea& CaseLayout::turns(std::byte* payload) const {
  return *std::launder(reinterpret_cast<TurnArea*>(payload + turns_));
}

std::span<fault::TraceEntry> CaseLayout::trace(std::byte* payload) const {
  return {std::launder(reinterpret_cast<fault::TraceEntry*>(payload + trace_)), extent_.trace};
}

std::uint64_t fingerprint_of_build() {
  const measure::BuildInfo& build = measure::build_info();
  std::uint64_t hash = fnv1a(build.version, fnv_offset);
  for (const std::string_view part : {build.commit, build.compiler, build.flags, build.build_type}) { hash = fnv1a(part, hash); }
  return hash ^ (sizeof(CaseOrder) << 32U) ^ sizeof(measure::Record);
}

}  // namespace shmlab::run
