#include "run/property_values.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "check/generate.hpp"

namespace shmlab::run {
namespace {

/// What keeps a schedule short and a finding readable.
std::uint64_t small_cap_of(const catalogue::ParamInfo& param) {
  if (param.name == "participants") { return 3; }
  if (param.name == "operations") { return 3; }
  if (param.name == "payload_bytes") { return 24; }
  if (param.name == "capacity") { return 3; }
  if (param.name == "bulk") { return 4; }
  if (param.name == "check_every") { return 1; }
  if (param.name.ends_with("_pauses")) { return 1; }
  return param.unit == "ns" ? 0 : std::numeric_limits<std::uint64_t>::max();
}

/// What keeps one run in the range of a millisecond.
std::uint64_t cap_of(const catalogue::ParamInfo& param, ProgramSize size) {
  if (size == ProgramSize::small) { return small_cap_of(param); }
  if (param.name == "participants") { return 3; }
  if (param.name == "operations") { return 200; }
  if (param.name == "payload_bytes") { return 4096; }
  if (param.name == "capacity") { return 64; }
  if (param.name == "check_every") { return 1; }  // whole or not is what is asked here
  if (param.name.ends_with("_pauses")) { return 50; }
  return param.unit == "ns" ? 1'000 : std::numeric_limits<std::uint64_t>::max();
}

std::vector<check::ParamRange> ranges_of(const catalogue::ScenarioEntry& scenario, std::span<const std::string> fixed,
                                         ProgramSize size) {
  std::vector<check::ParamRange> ranges;
  for (const catalogue::ParamInfo& param : scenario.params) {
    ranges.push_back({param.low, std::max(param.low, std::min(param.high, cap_of(param, size)))});
  }
  for (const std::string& assignment : fixed) {
    ParamValues values{};
    catalogue::set_param(scenario, assignment, values);
    const std::size_t index = scenario.param_index(std::string_view(assignment).substr(0, assignment.find('=')));
    ranges[index] = {values[index], values[index]};
  }
  return ranges;
}

/// FNV-1a, 64 bits, so that the stream is the same in every build.
std::uint64_t mixed(std::uint64_t seed, std::string_view text) {
  constexpr std::uint64_t prime = 0x100000001b3;
  for (const char character : text) { seed = (seed ^ static_cast<unsigned char>(character)) * prime; }
  return seed;
}

std::uint64_t stream_of(std::uint64_t seed, std::string_view strategy, std::string_view scenario) {
  constexpr std::uint64_t offset_basis = 0xcbf29ce484222325;
  return mixed(mixed(seed ^ offset_basis, strategy), scenario);
}

}  // namespace

PropertyValues::PropertyValues(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                               std::uint64_t seed, std::span<const std::string> fixed, ProgramSize size)
    : strategy_(strategy),
      scenario_(scenario),
      values_(check::param_values(ranges_of(scenario, fixed, size))),
      random_(stream_of(seed, strategy.name(), scenario.name())) {}

std::optional<rc::Shrinkable<ParamValues>> PropertyValues::next(std::string& why_not) {
  constexpr int attempts = 200;
  for (int i = 0; i < attempts; ++i) {
    rc::Shrinkable<ParamValues> values = values_(random_.split(), rc::kNominalSize);
    if (catalogue::find_case(strategy_, scenario_, values.value(), why_not) != nullptr) { return values; }
  }
  return std::nullopt;
}

}  // namespace shmlab::run
