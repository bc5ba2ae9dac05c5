#pragma once

#include <set>

#include "explore/testing/litmus_program.hpp"
#include "explore/testing/rc11_axioms.hpp"

namespace shmlab::explore::testing {

/// All outcomes that a memory model allows: every choice of what each load reads and of every modification order is tried, and judged
/// by the axioms. It knows nothing of how a machine would get there. Throws as LitmusProgram::check() does.
[[nodiscard]] std::set<Outcome> rc11_outcomes(const LitmusProgram& program, const Model& model = {});

}  // namespace shmlab::explore::testing
