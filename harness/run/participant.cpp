#include "run/participant.hpp"

#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <exception>
#include <string>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "contract/poll_policy.hpp"
#include "fault/perturber.hpp"
#include "measure/allowed_cpus.hpp"
#include "measure/session.hpp"
#include "run/case_layout.hpp"
#include "run/participant_gate.hpp"
#include "run/scheduled_participant.hpp"

namespace shmlab::run {
namespace {

const catalogue::CaseCode& code_of(const CaseOrder& order) {
  std::string why_not;
  const auto* code = catalogue::find_case(catalogue::strategy(order.strategy.data()), catalogue::scenario(order.scenario.data()),
                                          order.values, why_not, order.build);
  if (code == nullptr) { throw BadInput(why_not); }
  return *code;
}

/// Maps every page now, so that no first touch falls into the timed part. EINVAL (before Linux 5.14): then it does.
void touch_pages(std::byte* payload, std::size_t bytes) {
  madvise(payload, bytes, MADV_POPULATE_WRITE);
}

/// How lists of processes show this thread, and those that it forks (prctl(2), PR_SET_NAME).
void take_name(std::uint32_t index) {
  const std::string name = fmt::format("participant {}", index);
  prctl(PR_SET_NAME, name.c_str());  // cannot fail; 15 characters are kept, and there are no more
}

/// A violation that is not the body's own: it could not run at all.
void report_exception(measure::Record& record, const std::atomic<std::uint32_t>& stop, ParticipantGate& gate,
                      std::string_view what) {
  measure::Session(record, stop, {}, {}, gate).violated(fmt::format("the participant threw: {}", what));
}

}  // namespace

void adopt(const CaseOrder& order) {
  measure::Clock::use(order.clock);
  poll_policy = order.poll_policy;
}

bool run_participant(const CaseOrder& order, std::byte* payload, std::uint32_t index) {
  const catalogue::CaseCode& code = code_of(order);
  const CaseLayout layout(code, order.values, order.parties, order.extent);
  measure::Record& record = layout.record(payload, index);
  take_name(index);

  // relaxed: each is read for itself, by a supervisor that copes with seeing it late
  record.pid.store(static_cast<std::uint32_t>(getpid()), std::memory_order_relaxed);
  record.tid.store(static_cast<std::uint32_t>(gettid()), std::memory_order_relaxed);
  record.mapped_at.store(reinterpret_cast<std::uintptr_t>(payload), std::memory_order_relaxed);

  ParticipantGate gate(order, layout.meeting_point(payload), record, index);
  try {
    std::optional<measure::KeptAffinity> affinity;
    if (order.cpus[index] != not_pinned || order.perturbation != 0) { affinity.emplace(); }
    if (order.cpus[index] != not_pinned) { measure::pin_this_thread(order.cpus[index]); }
    if (order.touch_pages) { touch_pages(payload, layout.bytes()); }
    if (order.extent.takes_turns) { return ScheduledParticipant(order, payload, layout, code, index).run(); }
    measure::Session session(record, order.stop, layout.histograms(payload, index), order.plan, gate);
    session.record_into(layout.events(payload, index), index);
    const bool only_probes = index >= order.participants;
    if (only_probes) {
      if (session.begin()) { session.end(); }
    } else {
      std::optional<fault::Perturber> perturber;
      std::optional<env::Traced> traced;
      if (order.perturbation != 0) { traced.emplace(perturber.emplace(order.perturbation, index, measure::allowed_cpus())); }
      code.participate(layout.memory(payload), order.values, Participant{index}, session);
    }
    gate.after_body();
    return true;
  } catch (const std::exception& error) {
    report_exception(record, order.stop, gate, error.what());
    return false;
  }
}

}  // namespace shmlab::run
