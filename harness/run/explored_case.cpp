#include "run/explored_case.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "contract/config.hpp"
#include "contract/history.hpp"
#include "explore/view.hpp"
#include "measure/session.hpp"
#include "run/modelled_stamps.hpp"
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
  // Each operation has many places to die at.
  if (scenario.mourns) { values[scenario.param_index("operations")] = 1; }
  for (const std::string& assignment : fixed) { catalogue::set_param(scenario, assignment, values); }
  return values;
}

std::vector<ExploredVariant> explored_variants(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                                               std::span<const std::string> fixed) {
  const ParamValues first = explored_values(scenario, fixed);
  std::vector<ExploredVariant> variants{{first, {}}};
  const auto index_of = [&](std::string_view name) {
    const bool is_fixed = std::ranges::any_of(
        fixed, [&](const std::string& given) { return given.starts_with(name) && given.substr(name.size()).starts_with('='); });
    const std::size_t index = scenario.param_index(name);
    return is_fixed || index == scenario.params.size() ? std::nullopt : std::optional(index);
  };
  const auto vary = [&](std::size_t index, std::uint64_t value) {
    const catalogue::ParamInfo& param = scenario.params[index];
    ExploredVariant variant{first, fmt::format("{}={}", param.name, value)};
    variant.values[index] = value;
    const bool is_new = value != first[index] && value >= param.low && value <= param.high;
    if (is_new && unexplorable(strategy, scenario, variant.values).empty()) { variants.push_back(std::move(variant)); }
  };
  std::string why;
  const catalogue::CaseCode* const code = catalogue::find_case(strategy, scenario, first, why, catalogue::Build::traced);
  for (const std::string_view name : {"side", "end", "in_place"}) {
    const auto index = index_of(name);
    const bool is_moot = name == "side" && code != nullptr && code->face == Face::exclusive;
    if (!index || is_moot) { continue; }
    for (std::uint64_t value = scenario.params[*index].low; value <= scenario.params[*index].high; ++value) {
      vary(*index, value);
    }
  }
  // Which calls: a history may tell of those only that were made.
  if (const auto program = index_of("program"); program) { vary(*program, first[*program] + 1); }
  if (const auto participants = index_of("participants"); participants) { vary(*participants, first[*participants] + 1); }
  if (const auto bulk = index_of("bulk"); bulk) { vary(*bulk, first[*bulk] + 1); }
  // Counts that come round are out of step with slots whose number is no power of two.
  if (const auto capacity = index_of("capacity"); capacity && index_of("end")) { vary(*capacity, 3); }
  return variants;
}

std::string unexplorable(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                         const ParamValues& values) {
  std::string why;
  const catalogue::CaseCode* const code = catalogue::find_case(strategy, scenario, values, why, catalogue::Build::traced);
  if (code == nullptr) { return why; }
  if (!scenario.descriptor->repeatable) { return "depends on time or on signals, which the explorer does not have"; }
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
  std::vector<std::vector<Event>> logs;  ///< empty: nothing is recorded
  std::size_t stamps_at = 0;             ///< the word for them in the explored memory
  std::atomic<std::uint32_t> never_stop{0};
  std::uint32_t dead = 0;  ///< of this execution, a bit each

  void take_part(std::uint32_t index, void* memory) {
    measure::Record& record = *new (&records[index]) measure::Record{};
    dead &= ~(1U << index);
    OpenGate gate;
    measure::Session session(record, never_stop, {}, plan, gate);
    ModelledStamps stamps(static_cast<std::byte*>(memory) + stamps_at);
    if (!logs.empty()) {
      session.record_into(logs[index], index);
      session.stamp_with(stamps);
    }
    code.participate(memory, values, Participant{index}, session);
    if (session.has_violation()) { throw explore::Violated{record.violation.data()}; }
  }

  Verdict judge(const void* memory) {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      // relaxed: of this thread's own
      outcomes[i].operations = records[i].operations.load(std::memory_order_relaxed);
      outcomes[i].ending = is_dead(i) ? Ending::died : Ending::finished;
    }
    Verdict verdict = code.judge(memory, values, outcomes);
    if (verdict.is_ok() && dead != 0) { verdict = judge_what_was_told(); }
    return verdict.is_ok() && !logs.empty() ? judge_history() : verdict;
  }

  [[nodiscard]] Verdict judge_history() const {
    std::vector<Event> history;
    for (std::size_t i = 0; i < logs.size(); ++i) {
      // relaxed, both: of this thread's own
      if (records[i].lost_events.load(std::memory_order_relaxed) != 0) {
        return Verdict::unknown("the history is longer than its log");
      }
      const auto begun = static_cast<std::ptrdiff_t>(records[i].events.load(std::memory_order_relaxed));
      history.insert(history.end(), logs[i].begin(), logs[i].begin() + begun);
    }
    return code.judge_history(values, history);
  }

  [[nodiscard]] bool is_dead(std::size_t index) const { return (dead >> index & 1U) != 0; }

  void bury(std::uint32_t index, void* memory) {
    dead |= 1U << index;
    code.bury(memory, index);
  }

  /// The worst that the contract says of those who have died.
  [[nodiscard]] OnDeath promised() const {
    OnDeath worst = OnDeath::not_applicable;
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      // relaxed: of this thread's own
      if (is_dead(i)) { worst = std::max(worst, code.promised(values, i, records[i].step.load(std::memory_order_relaxed))); }
    }
    return worst;
  }
  [[nodiscard]] static Verdict against(OnDeath promised, std::string_view what) {
    return Verdict::violated(fmt::format("{}; the contract promises '{}'", what, to_string(promised)));
  }

  /// Those who are left wait for ever: whether the contract says that they may.
  [[nodiscard]] Verdict bereft(const Verdict& stuck) const {
    const OnDeath worst = promised();
    return worst >= OnDeath::blocks ? Verdict::ok() : against(worst, stuck.why);
  }

  /// Somebody was told of a death and could not go on: whether the contract says that he may not.
  [[nodiscard]] Verdict judge_what_was_told() const {
    const auto index_of = [this](std::string_view counter) {
      return static_cast<std::size_t>(std::ranges::find(code.scenario->counters, counter) - code.scenario->counters.begin());
    };
    const std::size_t told = index_of("told");
    const std::size_t repaired = index_of("repaired");
    const OnDeath worst = promised();
    if (worst >= OnDeath::detects) { return Verdict::ok(); }
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (is_dead(i) || records[i].counters[told] == records[i].counters[repaired]) { continue; }
      return against(worst, fmt::format("P{} was told of a death, and nothing can be repaired", i));
    }
    return Verdict::ok();
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
  if (code.events != nullptr) { parties_->logs.assign(participants, std::vector<Event>(code.events(values))); }
  parties_->stamps_at = align_up(code.footprint(values).bytes, line_pair_bytes);
  program_ = {.bytes = parties_->stamps_at + sizeof(std::uint64_t),
              .participants = participants,
              .create =
                  [&code, values](void* memory) {
                    code.create(memory, values);
                    code.dispose(memory, values);  // models stand for what lies outside the memory
                  },
              .body = [parties = parties_.get()](std::uint32_t index, void* memory) { parties->take_part(index, memory); },
              .died = {},
              .bereft = {},
              .judge = [parties = parties_.get()](void* memory) { return parties->judge(memory); }};
  if (code.promised != nullptr) {
    program_.died = [parties = parties_.get()](std::uint32_t index, void* memory) { parties->bury(index, memory); };
    program_.bereft = [parties = parties_.get()](const Verdict& stuck) { return parties->bereft(stuck); };
  }
}

ExploredCase::~ExploredCase() = default;

explore::Settings ExploredCase::admitted(explore::Settings settings) const {
  if (parties_->code.promised == nullptr) { settings.bounds.most_deaths = 0; }
  return settings;
}

}  // namespace shmlab::run
