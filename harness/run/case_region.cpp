#include "run/case_region.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <new>
#include <string>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"

namespace shmlab::run {
namespace {

const catalogue::CaseCode& code_of(const Plan& plan) {
  std::string why_not;
  const catalogue::CaseCode* code = catalogue::find_case(*plan.strategy, *plan.scenario, plan.values, why_not);
  if (code == nullptr) {
    throw Unavailable(fmt::format("{} does not fit {}: {}", plan.strategy->name(), plan.scenario->name(), why_not));
  }
  return *code;
}

std::uint32_t participants_of(const Plan& plan) {
  const std::uint32_t participants = plan.scenario->participants(plan.values);
  if (participants == 0 || participants > max_participants) {
    throw BadInput(fmt::format("participants={}: expected 1 to {}", participants, max_participants));
  }
  return participants;
}

template <std::size_t N>
void copy_name(std::array<char, N>& to, std::string_view name) {
  if (name.size() >= N) { throw BadInput(fmt::format("the name '{}' is longer than {} characters", name, N - 1)); }
  std::copy(name.begin(), name.end(), to.begin());
}

/// A floor takes two: a lone participant gets a partner for the probes alone.
std::uint32_t parties_of(const Plan& plan, std::uint32_t participants) {
  return plan.probe_floor ? std::max(participants, 2U) : participants;
}

void fill_control(const Plan& plan, std::uint32_t participants, std::uint32_t parties, ControlBlock& control) {
  copy_name(control.strategy, plan.strategy->name());
  copy_name(control.scenario, plan.scenario->name());
  control.values = plan.values;
  control.clock = measure::Clock::calibrate();
  const std::size_t operations = plan.scenario->param_index("operations");
  control.plan = {operations < plan.scenario->params.size() ? plan.values[operations] : 0, plan.timing};
  control.participants = participants;
  control.parties = parties;
  control.probe_floor = plan.probe_floor;
  control.touch_pages = plan.run_for.count() > 0;
  for (std::uint32_t i = 0; i < max_participants; ++i) {
    control.cpus[i] = plan.cpus.empty() ? not_pinned : plan.cpus[i % plan.cpus.size()];
  }
  control.barrier.create(parties);
}

shm::RegionSpec region_spec(const Plan& plan, const CaseLayout& layout) {
  shm::RegionSpec spec;
  spec.kind = plan.region;
  spec.payload_bytes = layout.bytes();
  spec.fingerprint = fingerprint_of_build();
  spec.directory = plan.directory;
  return spec;
}

}  // namespace

CaseRegion::CaseRegion(const Plan& plan)
    : plan_(plan),
      code_(&code_of(plan)),
      participants_(participants_of(plan)),
      parties_(parties_of(plan, participants_)),
      layout_(*code_, plan.values, parties_, plan.timing ? plan.scenario->descriptor->histograms.size() : 0),
      region_(shm::Region::create(region_spec(plan, layout_))) {
  std::byte* payload = region_.payload();
  fill_control(plan, participants_, parties_, *new (payload) ControlBlock);
  for (std::uint32_t i = 0; i < parties_; ++i) {
    new (&layout_.record(payload, i)) measure::Record{};
    for (measure::Histogram& histogram : layout_.histograms(payload, i)) { new (&histogram) measure::Histogram; }
  }
  code_->create(memory(), plan.values);
  region_.mark_ready();
}

CaseRegion::~CaseRegion() {
  retire_names();
}

void CaseRegion::retire_names() {
  if (retired_) { return; }
  retired_ = true;
  code_->retire(memory(), plan_.values);
  region_.unlink();
}

}  // namespace shmlab::run
