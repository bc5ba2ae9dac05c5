#include "run/replay_token.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "fault/turn_table.hpp"
#include "measure/build_info.hpp"

namespace shmlab::run {
namespace {

constexpr char separator = '/';
constexpr std::string_view nothing = "-";

enum Field : std::size_t {
  version,
  commit,
  strategy,
  scenario,
  parameters,
  lane,
  region,
  perturbation,
  schedule,
  checksum,
  field_count
};

/// FNV-1a, 32 bits.
std::uint32_t checksum_of(std::string_view text) {
  std::uint32_t hash = 0x811c9dc5;
  for (const char c : text) { hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U; }
  return hash;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

[[noreturn]] void refuse(std::string_view why) {
  throw BadInput(fmt::format("replay token: {}; expected the whole word that a finding printed", why));
}

std::uint64_t number(std::string_view text, std::string_view what, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > most) {
    refuse(fmt::format("the {} '{}' is not a number up to {}", what, text, most));
  }
  return value;
}

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

void check_version(std::string_view of_token) {
  const std::string_view own = measure::build_info().version;
  if (of_token != own) { throw BadInput(fmt::format("replay token: it is of shmlab {}, and this is shmlab {}", of_token, own)); }
}

}  // namespace

std::string replay_token(const Plan& plan) {
  const measure::BuildInfo& build = measure::build_info();
  const bool scheduled = plan.lane == Lane::scheduled && plan.search.replay;
  const std::string body =
      fmt::format("{}/{}/{}/{}/{}/{}/{}/{}/{}", build.version, build.commit, plan.strategy->name(), plan.scenario->name(),
                  catalogue::to_string(*plan.scenario, plan.values), to_string(plan.lane), to_string(plan.region),
                  plan.perturbation, schedule_text(scheduled ? *plan.search.replay : fault::Schedule{}));
  return fmt::format("{}/{:08x}", body, checksum_of(body));
}

ReplayOrder read_replay_token(std::string_view token) {
  const std::vector<std::string_view> fields = split(token, separator);
  if (fields.size() != field_count) { refuse(fmt::format("it has {} fields of {}", fields.size(), std::size_t{field_count})); }
  const std::string_view body = token.substr(0, token.rfind(separator));
  if (fields[checksum] != fmt::format("{:08x}", checksum_of(body))) { refuse("it is damaged: its checksum does not match"); }
  check_version(fields[version]);
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
