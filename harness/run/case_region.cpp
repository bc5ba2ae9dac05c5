#include "run/case_region.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <string>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "measure/allowed_cpus.hpp"

namespace shmlab::run {
namespace {

catalogue::Build build_of(const Plan& plan) {
  return plan.lane == Lane::scheduled || plan.perturbation != 0 ? catalogue::Build::traced : catalogue::Build::native;
}

const catalogue::CaseCode& code_of(const Plan& plan) {
  if (plan.lane == Lane::scheduled && !plan.scenario->descriptor->repeatable) {
    throw Unavailable(fmt::format("{} depends on time or signals: its schedules do not repeat", plan.scenario->name()));
  }
  std::string why_not;
  const catalogue::CaseCode* code = catalogue::find_case(*plan.strategy, *plan.scenario, plan.values, why_not, build_of(plan));
  if (code == nullptr) {
    throw Unavailable(fmt::format("{} does not fit {}: {}", plan.strategy->name(), plan.scenario->name(), why_not));
  }
  if (plan.lane == Lane::scheduled && !code->unsteered.empty()) {
    throw Unavailable(fmt::format("{}: nobody can make its participants take turns: {}", plan.strategy->name(), code->unsteered));
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

CaseExtent extent_of(const Plan& plan, const catalogue::CaseCode& code) {
  constexpr std::uint64_t longest_trace = 20'000;
  CaseExtent extent;
  extent.histograms = plan.timing ? plan.scenario->descriptor->histograms.size() : 0;
  extent.events = code.events == nullptr ? 0 : code.events(plan.values);
  extent.takes_turns = plan.lane == Lane::scheduled;
  extent.trace = extent.takes_turns && plan.search.trace ? longest_trace : 0;
  return extent;
}

/// The search of the lane scheduled.
void fill_turns(const Plan& plan, std::uint32_t participants, CaseOrder& order, TurnArea& turns) {
  if (participants > fault::max_seats) {
    throw BadInput(fmt::format("participants={}: in the lane scheduled, expected 1 to {}", participants, fault::max_seats));
  }
  order.seed = plan.search.seed;
  order.most_schedules = plan.search.schedules;
  order.replays = plan.search.replay.has_value();
  fault::TurnTable& table = turns.table;
  table.participants = participants;
  constexpr std::uint32_t patient = 20'000;
  const bool has_cpu_each = measure::allowed_cpus().size() >= participants;
  table.spins = has_cpu_each ? patient : 0;
  table.most_steps = 100'000;
  if (!order.replays) { return; }
  const fault::Schedule& schedule = *plan.search.replay;
  if (schedule.size() > fault::max_preemptions) {
    throw BadInput(fmt::format("a schedule of {} preemptions: expected at most {}", schedule.size(), fault::max_preemptions));
  }
  table.planned = static_cast<std::uint32_t>(schedule.size());
  std::ranges::copy(schedule, table.plan.begin());
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

void fill_order(const Plan& plan, std::uint32_t participants, std::uint32_t parties, CaseOrder& order) {
  copy_name(order.strategy, plan.strategy->name());
  copy_name(order.scenario, plan.scenario->name());
  order.values = plan.values;
  order.clock = measure::Clock::calibrate();
  order.poll_policy = plan.poll_policy;
  const std::size_t operations = plan.scenario->param_index("operations");
  order.plan = {.operations = operations < plan.scenario->params.size() ? plan.values[operations] : 0,
                .timing = plan.timing,
                .slice_ticks = measure::Clock::from_ns(static_cast<double>(plan.slice.count()))};
  order.build = build_of(plan);
  order.perturbation = plan.perturbation;
  order.participants = participants;
  order.parties = parties;
  order.probe_floor = plan.probe_floor;
  order.counts_hardware = plan.counts_hardware;
  order.touch_pages = plan.run_for.count() > 0;
  for (std::uint32_t i = 0; i < max_participants; ++i) {
    order.cpus[i] = plan.cpus.empty() ? not_pinned : plan.cpus[i % plan.cpus.size()];
  }
}

shm::RegionSpec region_spec(const Plan& plan, const CaseLayout& layout) {
  shm::RegionSpec spec;
  spec.kind = plan.region;
  spec.payload_bytes = layout.bytes();
  spec.fingerprint = fingerprint_of_build();
  spec.directory = plan.directory;
  spec.lent = plan.lent;
  return spec;
}

}  // namespace

std::size_t region_bytes(const Plan& plan) {
  const catalogue::CaseCode& code = code_of(plan);
  const CaseLayout layout(code, plan.values, parties_of(plan, participants_of(plan)), extent_of(plan, code));
  return shm::payload_offset + layout.bytes();
}

std::size_t lendable_bytes(const Plan& plan) {
  if (plan.region != shm::RegionKind::memfd) { return 0; }
  Plan timed = plan;
  timed.timing = true;  // which takes more
  return region_bytes(timed);
}

CaseRegion::CaseRegion(const Plan& plan)
    : plan_(plan),
      code_(&code_of(plan)),
      participants_(participants_of(plan)),
      parties_(parties_of(plan, participants_)),
      layout_(*code_, plan.values, parties_, extent_of(plan, *code_)),
      region_(shm::Region::create(region_spec(plan, layout_))),
      order_(OrderSegment::instance().begin()) {
  std::byte* payload = region_.payload();
  fill_order(plan, participants_, parties_, order_);
  order_.extent = extent_of(plan, *code_);
  (new (payload) MeetingPoint)->barrier.create(parties_);
  for (std::uint32_t i = 0; i < parties_; ++i) {
    new (&layout_.record(payload, i)) measure::Record{};
    for (measure::Histogram& histogram : layout_.histograms(payload, i)) { new (&histogram) measure::Histogram; }
  }
  if (order_.extent.takes_turns) { fill_turns(plan, participants_, order_, *new (&layout_.turns(payload)) TurnArea); }
  code_->create(memory(), plan.values);
  order_.descriptors = static_cast<std::uint32_t>(env::CarriedDescriptors::all().size());
  region_.mark_ready();
}

CaseRegion::~CaseRegion() {
  retire_names();
  code_->dispose(memory(), plan_.values);
}

std::vector<int> CaseRegion::descriptors() const {
  std::vector<int> descriptors{region_.fd()};
  std::ranges::copy(env::CarriedDescriptors::all(), std::back_inserter(descriptors));
  return descriptors;
}

void CaseRegion::retire_names() {
  if (retired_) { return; }
  retired_ = true;
  code_->retire(memory(), plan_.values);
  region_.unlink();
}

}  // namespace shmlab::run
