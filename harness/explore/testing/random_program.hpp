#pragma once

#include <cstdint>

#include "explore/testing/litmus_program.hpp"

namespace shmlab::explore::testing {

/// A program of 2 to 4 threads and at most 8 instructions, the same for the same seed everywhere. Small enough that all its
/// executions can be listed, and biased so that they are of interest: most are the classic shapes and their relatives, with
/// updates, fences and something more put in; no two stores of one value; programs of mostly relaxed, mostly acquire and release,
/// mostly seq_cst, and of any orders.
[[nodiscard]] LitmusProgram random_program(std::uint64_t seed);

}  // namespace shmlab::explore::testing
