#pragma once

#include <span>

#include "explore/testing/litmus_program.hpp"

namespace shmlab::explore::testing {

/// What the literature says of one outcome of one program.
struct ClassicLitmus {
  const char* name;  // of letters, digits and underscores
  LitmusProgram program;
  const char* condition;  // satisfies()
  bool allowed;           // by RC11 with the release sequences of C++20
};

/// The shapes of Maranget, Sarkar and Sewell, "A Tutorial Introduction to the ARM and POWER Relaxed Memory Models", 2012, under the
/// orders of C++, with the verdicts of Batty et al., POPL 2011, as Lahav et al., PLDI 2017, repaired them.
[[nodiscard]] std::span<const ClassicLitmus> classic_litmus();

}  // namespace shmlab::explore::testing
