#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "explore/testing/litmus_program.hpp"

namespace shmlab::explore::testing {

/// What an explorer shows of one program, held against the axioms.
struct Comparison {
  std::size_t allowed = 0;         // outcomes that have to be shown: RC11 and C++20 allow them
  std::vector<Outcome> forbidden;  // shown, and not allowed by RC11
  /// Shown, and allowed by RC11, but not by the order S of [atomics.order], which is stronger where weak accesses stand between.
  std::vector<Outcome> beyond_cpp20;
  /// Allowed and not shown, although a machine could get there whose seq_cst events are ordered as it executes them.
  std::vector<Outcome> missing;
  /// Allowed and not shown, and out of reach of such a machine.
  std::vector<Outcome> missing_against_execution;
};

[[nodiscard]] Comparison compare_with_oracle(const LitmusProgram& program, const std::set<Outcome>& shown);

/// The sums over many programs, with an example of each kind from the shortest program that has one.
struct OracleTally {
  struct Kind {
    std::size_t outcomes = 0;
    std::size_t programs = 0;
    std::string example;  // program and outcome
  };

  std::size_t programs = 0;
  std::size_t allowed = 0;
  Kind forbidden;
  Kind beyond_cpp20;
  Kind missing;
  Kind missing_against_execution;

  void add(const LitmusProgram& program, const std::set<Outcome>& shown);
  /// Both kinds of missing outcomes among those allowed, in per cent.
  [[nodiscard]] double missing_percent() const;
};

/// Some lines: the sums and the examples.
[[nodiscard]] std::string to_string(const OracleTally& tally);

}  // namespace shmlab::explore::testing
