#include "run/explore_token.hpp"

#include <fmt/core.h>

#include <cstddef>
#include <limits>

#include "catalogue/catalogue.hpp"
#include "explore/view.hpp"
#include "measure/build_info.hpp"
#include "run/mutation_text.hpp"
#include "run/token_text.hpp"

namespace shmlab::run {
namespace {

using token_text::nothing;
using token_text::number;
using token_text::refuse;
using token_text::split;

constexpr std::string_view mark = "explore";
constexpr std::size_t most_choices = 100'000;

enum Field : std::size_t { kind, version, commit, strategy, scenario, parameters, granted, mutation, choices, field_count };

/// "2.0.1": each choice in turn.
std::string choices_text(const std::vector<std::uint16_t>& all) {
  std::string text;
  for (const std::uint16_t choice : all) { text += fmt::format("{}{}", text.empty() ? "" : ".", choice); }
  return text.empty() ? std::string(nothing) : text;
}

std::vector<std::uint16_t> read_choices(std::string_view text) {
  std::vector<std::uint16_t> all;
  if (text == nothing) { return all; }
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() > most_choices) { refuse(fmt::format("{} choices, and at most {} can be made", parts.size(), most_choices)); }
  for (const std::string_view part : parts) {
    all.push_back(static_cast<std::uint16_t>(number(part, "choice", std::numeric_limits<std::uint16_t>::max())));
  }
  return all;
}

/// "1:1:0:0:1": spurious wakes, weak failures, FutexOrder, RacePolicy, deaths.
std::string granted_text(const explore::Settings& settings) {
  return fmt::format("{}:{}:{}:{}:{}", settings.bounds.spurious_wakes, settings.bounds.weak_failures,
                     static_cast<unsigned>(settings.futex_order), static_cast<unsigned>(settings.races),
                     settings.bounds.most_deaths);
}

explore::Settings read_granted(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() != 5) { refuse(fmt::format("what the model grants, '{}', is not five numbers", text)); }
  explore::Settings settings;
  constexpr std::uint64_t many = 1'000'000;
  settings.bounds.spurious_wakes = static_cast<std::uint32_t>(number(parts[0], "number of spurious wakes", many));
  settings.bounds.weak_failures = static_cast<std::uint32_t>(number(parts[1], "number of weak failures", many));
  settings.futex_order = static_cast<explore::FutexOrder>(number(parts[2], "futex order", 1));
  settings.races = static_cast<explore::RacePolicy>(number(parts[3], "policy for races", 1));
  settings.bounds.most_deaths = static_cast<std::uint32_t>(number(parts[4], "number of deaths", explore::max_participants));
  return settings;
}

}  // namespace

std::string explore_token(const ExploreOrder& order) {
  const measure::BuildInfo& build = measure::build_info();
  return token_text::sealed(fmt::format("{}/{}/{}/{}/{}/{}/{}/{}/{}", mark, build.version, build.commit, order.strategy->name(),
                                        order.scenario->name(), catalogue::to_string(*order.scenario, order.values),
                                        granted_text(order.settings), mutation_text(order.settings.mutation),
                                        choices_text(order.choices)));
}

bool is_explore_token(std::string_view token) {
  return token.substr(0, token.find(token_text::separator)) == mark;
}

ExploreOrder read_explore_token(std::string_view token) {
  const std::vector<std::string_view> fields = token_text::unsealed(token, field_count);
  token_text::check_version(fields[version]);
  ExploreOrder order;
  order.commit = fields[commit];
  order.strategy = &catalogue::strategy(fields[strategy]);
  order.scenario = &catalogue::scenario(fields[scenario]);
  order.values = order.scenario->typical();
  for (const std::string_view assignment : split(fields[parameters], ',')) {
    catalogue::set_param(*order.scenario, assignment, order.values);
  }
  order.settings = read_granted(fields[granted]);
  order.settings.mutation = read_mutation(fields[mutation]);
  order.choices = read_choices(fields[choices]);
  return order;
}

}  // namespace shmlab::run
