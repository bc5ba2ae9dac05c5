#include "run/replay_token.hpp"

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "fault/turn_table.hpp"
#include "measure/build_info.hpp"
#include "run/token_text.hpp"

namespace shmlab::run {
namespace {

using token_text::nothing;
using token_text::number;
using token_text::refuse;
using token_text::split;

enum Field : std::size_t { version, commit, strategy, scenario, parameters, lane, region, perturbation, schedule, field_count };

/// "12:1,40:0": before access 12 participant 1 gets the turn, ...
std::string schedule_text(const fault::Schedule& preemptions) {
  std::string text;
  for (const fault::Preemption& preemption : preemptions) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", preemption.step, preemption.to);
  }
  return text.empty() ? std::string(nothing) : text;
}

fault::Schedule read_schedule(std::string_view text) {
  fault::Schedule preemptions;
  if (text == nothing) { return preemptions; }
  for (const std::string_view part : split(text, ',')) {
    const std::vector<std::string_view> sides = split(part, ':');
    if (sides.size() != 2) { refuse(fmt::format("the preemption '{}' is not STEP:PARTICIPANT", part)); }
    constexpr std::uint64_t most_steps = std::numeric_limits<std::uint32_t>::max();
    preemptions.push_back({.step = static_cast<std::uint32_t>(number(sides[0], "step", most_steps)),
                           .to = static_cast<std::uint32_t>(number(sides[1], "participant", fault::max_seats - 1))});
  }
  if (preemptions.size() > fault::max_preemptions) {
    refuse(fmt::format("{} preemptions, and at most {} can be made", preemptions.size(), fault::max_preemptions));
  }
  return preemptions;
}

Lane lane_of(std::string_view name) {
  for (const Lane candidate : all_lanes) {
    if (to_string(candidate) == name) { return candidate; }
  }
  refuse(fmt::format("there is no lane '{}'", name));
}

}  // namespace

std::string replay_token(const Plan& plan) {
  const measure::BuildInfo& build = measure::build_info();
  const bool scheduled = plan.lane == Lane::scheduled && plan.search.replay;
  return token_text::sealed(fmt::format("{}/{}/{}/{}/{}/{}/{}/{}/{}", build.version, build.commit, plan.strategy->name(),
                                        plan.scenario->name(), catalogue::to_string(*plan.scenario, plan.values),
                                        to_string(plan.lane), to_string(plan.region), plan.perturbation,
                                        schedule_text(scheduled ? *plan.search.replay : fault::Schedule{})));
}

ReplayOrder read_replay_token(std::string_view token) {
  const std::vector<std::string_view> fields = token_text::unsealed(token, field_count);
  token_text::check_version(fields[version]);
  ReplayOrder order;
  order.commit = fields[commit];
  Plan& plan = order.plan;
  plan.strategy = &catalogue::strategy(fields[strategy]);
  plan.scenario = &catalogue::scenario(fields[scenario]);
  plan.values = plan.scenario->typical();
  for (const std::string_view assignment : split(fields[parameters], ',')) {
    catalogue::set_param(*plan.scenario, assignment, plan.values);
  }
  plan.lane = lane_of(fields[lane]);
  plan.region = shm::region_kind_from(fields[region]);
  plan.perturbation = number(fields[perturbation], "perturbation", std::numeric_limits<std::uint64_t>::max());
  if (plan.lane == Lane::scheduled) { plan.search.replay = read_schedule(fields[schedule]); }
  return order;
}

}  // namespace shmlab::run
