#pragma once

#include <set>

#include "explore/explore.hpp"
#include "explore/program.hpp"
#include "explore/search.hpp"
#include "explore/testing/litmus_program.hpp"

namespace shmlab::explore::testing {

/// What the explorer showed of a program, and how it ended: the outcomes are all of them only when it is exhausted.
struct Explored {
  std::set<Outcome> outcomes;
  Exploration exploration;
};

/// Explores a program, a participant for each thread.
[[nodiscard]] Explored explored_outcomes(const LitmusProgram& program, Search& search, const Settings& settings = {});

}  // namespace shmlab::explore::testing
