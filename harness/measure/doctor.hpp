#pragma once

#include <string>
#include <vector>

#include "measure/machine_state.hpp"

namespace shmlab::measure {

/// Something about the machine that a user should know before believing a number. Each text is one line.
struct Warning {
  std::string what;
  std::string effect;
  std::string remedy;
};

/// What in this state will spoil a measurement or stop a run; worst first. Pure.
[[nodiscard]] std::vector<Warning> warnings(const MachineState& machine);

}  // namespace shmlab::measure
