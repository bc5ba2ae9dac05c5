#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "catalogue/catalogue.hpp"

namespace shmlab::catalogue::sample {

inline constexpr std::array relay_faces{Face::channel, Face::snapshot};
inline constexpr std::array gate_faces{Face::exclusive};
inline constexpr std::array<std::string_view, 1> roles{"worker"};
constexpr ScenarioDescriptor descriptor(std::string_view name, std::span<const Face> faces) {
  return {.name = name,
          .summary = "",
          .faces = faces,
          .roles = roles,
          .measured_role = 0,
          .steps = {},
          .invariants = {},
          .metrics = {},
          .histograms = {},
          .counters = {}};
}
inline constexpr ScenarioDescriptor relay = descriptor("relay", relay_faces);
inline constexpr ScenarioDescriptor gate = descriptor("gate", gate_faces);

/// participants, payload_bytes, operations, in this order.
inline Config config(const ParamValues& values, Face /*face*/) {
  const auto participants = static_cast<std::uint32_t>(values[0]);
  return {.participants = participants,
          .writers = participants - 1,
          .readers = 1,
          .payload_bytes = static_cast<std::uint32_t>(values[1]),
          .capacity = 16,
          .initial_permits = 1};
}

inline ScenarioEntry scenario(const ScenarioDescriptor& descriptor) {
  ScenarioEntry entry;
  entry.descriptor = &descriptor;
  entry.file = "scenarios/sample.hpp";
  entry.params = {
      {"participants", "count", 2, 8, 2}, {"payload_bytes", "bytes", 8, 4096, 64}, {"operations", "count", 1, 1000, 0}};
  entry.participants = [](const ParamValues& values) { return static_cast<std::uint32_t>(values[0]); };
  entry.role = [](const ParamValues& /*values*/, std::uint32_t /*index*/) { return std::uint32_t{0}; };
  entry.config = config;
  return entry;
}

inline StrategyEntry strategy(std::string_view name, FaceSet faces, Limits limits = {}) {
  StrategyEntry entry;
  entry.descriptor = {.name = name, .summary = "", .source = "", .limits = limits};
  entry.faces = faces;
  entry.file = "strategies/sample.hpp";
  for (const ScenarioDescriptor* descriptor : {&relay, &gate}) {
    const auto fits = std::ranges::find_if(descriptor->faces, [&](Face face) { return faces.contains(face); });
    if (fits == descriptor->faces.end()) { continue; }
    CaseCode code;
    code.scenario = descriptor;
    code.face = *fits;
    entry.cases.push_back(code);
  }
  return entry;
}

/// Three strategies, two scenarios; nothing in it can be run.
inline Catalogue catalogue() {
  Catalogue made;
  made.strategies = {strategy("mutex", {Face::exclusive}), strategy("ring", {Face::channel}, {.participants = 3, .writers = 1}),
                     strategy("locked_snapshot<mutex>", {Face::snapshot}, {.payload_bytes = 64})};
  made.scenarios = {scenario(relay), scenario(gate)};
  return made;
}

}  // namespace shmlab::catalogue::sample
