#include <fmt/core.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"

namespace shmlab::catalogue {
namespace {

std::string range_of(const ParamInfo& param) {
  return fmt::format("a whole number from {} to {} ({})", param.low, param.high, param.unit);
}

BadInput refused(const ScenarioEntry& scenario, const ParamInfo& param, std::string_view text) {
  return BadInput(
      fmt::format("parameter '{}' of scenario '{}' is '{}': expected {}", param.name, scenario.name(), text, range_of(param)));
}

std::uint64_t value_of(const ScenarioEntry& scenario, const ParamInfo& param, std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped_at != end || value < param.low || value > param.high) {
    throw refused(scenario, param, text);
  }
  return value;
}

const ParamInfo& param_named(const ScenarioEntry& scenario, std::string_view name) {
  const std::size_t index = scenario.param_index(name);
  if (index < scenario.params.size()) { return scenario.params[index]; }
  std::vector<std::string_view> names;
  names.reserve(scenario.params.size());
  for (const ParamInfo& param : scenario.params) { names.push_back(param.name); }
  throw BadInput(fmt::format("unknown parameter '{}' of scenario '{}': expected {}; nearest is '{}'", name, scenario.name(),
                             join(names), nearest(name, names)));
}

}  // namespace

ParamValues ScenarioEntry::typical() const {
  ParamValues values{};
  for (std::size_t i = 0; i < params.size(); ++i) { values[i] = params[i].typical; }
  return values;
}

std::size_t ScenarioEntry::param_index(std::string_view name) const {
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (params[i].name == name) { return i; }
  }
  return params.size();
}

void set_param(const ScenarioEntry& scenario, std::string_view assignment, ParamValues& values) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    throw BadInput(fmt::format("parameter '{}' of scenario '{}' has no value: expected name=value", assignment, scenario.name()));
  }
  const ParamInfo& param = param_named(scenario, assignment.substr(0, equals));
  values[scenario.param_index(param.name)] = value_of(scenario, param, assignment.substr(equals + 1));
}

std::string to_string(const ScenarioEntry& scenario, const ParamValues& values) {
  std::string text;
  for (std::size_t i = 0; i < scenario.params.size(); ++i) {
    text += fmt::format("{}{}={}", i == 0 ? "" : ",", scenario.params[i].name, values[i]);
  }
  return text;
}

}  // namespace shmlab::catalogue
