#include "run/explored_case.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "explore/view.hpp"
#include "measure/session.hpp"
#include "run/open_gate.hpp"

namespace shmlab::run {
namespace {

/// What a parameter is at most where executions are counted in millions; others keep their lowest value, or their typical one where that
/// chooses what is looked for.
std::uint64_t explored_value(const catalogue::ParamInfo& param) {
  const auto at_most = [&param](std::uint64_t cap) { return std::max(param.low, std::min(param.high, cap)); };
  if (param.name == "operations") { return at_most(2); }
  if (param.name == "payload_bytes") { return at_most(2 * sizeof(std::uint64_t)); }
  if (param.name == "distance") { return at_most(1); }
  if (param.name == "lateness" || param.name == "created_late") { return at_most(1); }
  if (param.name == "end" || param.name == "program") { return param.typical; }
  return param.low;
}

}  // namespace

ParamValues explored_values(const catalogue::ScenarioEntry& scenario, std::span<const std::string> fixed) {
  ParamValues values{};
  for (std::size_t i = 0; i < scenario.params.size(); ++i) { values[i] = explored_value(scenario.params[i]); }
  for (const std::string& assignment : fixed) { catalogue::set_param(scenario, assignment, values); }
  return values;
}

std::string unexplorable(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                         const ParamValues& values) {
  std::string why;
  const catalogue::CaseCode* const code = catalogue::find_case(strategy, scenario, values, why, catalogue::Build::traced);
  if (code == nullptr) { return why; }
  if (!scenario.descriptor->repeatable) { return "depends on time or on signals, which the explorer does not have"; }
  if (scenario.records) { return "is judged by when operations began and ended, and executions have no time"; }
  if (!code->unmodelled.empty()) { return std::string(code->unmodelled); }
  const std::uint32_t participants = scenario.participants(values);
  if (participants > explore::max_participants) {
    return fmt::format("has {} participants, and the explorer at most {}", participants, explore::max_participants);
  }
  return {};
}

/// What the participants keep outside the shared memory.
struct ExploredCase::Parties {
  const catalogue::CaseCode& code;
  ParamValues values;
  measure::SessionPlan plan;
  std::vector<measure::Record> records;
  std::vector<Outcome> outcomes;
  std::atomic<std::uint32_t> never_stop{0};

  void take_part(std::uint32_t index, void* memory) {
    measure::Record& record = *new (&records[index]) measure::Record{};
    OpenGate gate;
    measure::Session session(record, never_stop, {}, plan, gate);
    code.participate(memory, values, Participant{index}, session);
    if (session.has_violation()) { throw explore::Violated{record.violation.data()}; }
  }

  Verdict judge(const void* memory) {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      // relaxed: of this thread's own
      outcomes[i].operations = records[i].operations.load(std::memory_order_relaxed);
    }
    return code.judge(memory, values, outcomes);
  }
};

ExploredCase::ExploredCase(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                           const ParamValues& values) {
  std::string why;
  const catalogue::CaseCode& code = *catalogue::find_case(strategy, scenario, values, why, catalogue::Build::traced);
  const std::size_t operations = scenario.param_index("operations");
  const std::uint32_t participants = scenario.participants(values);
  parties_ = std::make_unique<Parties>(
      code, values, measure::SessionPlan{.operations = operations < scenario.params.size() ? values[operations] : 0},
      std::vector<measure::Record>(participants), std::vector<Outcome>(participants));
  for (std::uint32_t i = 0; i < participants; ++i) {
    parties_->outcomes[i].index = i;
    parties_->outcomes[i].role = scenario.role(values, i);
    parties_->outcomes[i].ending = Ending::finished;
  }
  program_ = {.bytes = code.footprint(values).bytes,
              .participants = participants,
              .create = [&code, values](void* memory) { code.create(memory, values); },
              .body = [parties = parties_.get()](std::uint32_t index, void* memory) { parties->take_part(index, memory); },
              .judge = [parties = parties_.get()](void* memory) { return parties->judge(memory); }};
}

ExploredCase::~ExploredCase() = default;

}  // namespace shmlab::run
