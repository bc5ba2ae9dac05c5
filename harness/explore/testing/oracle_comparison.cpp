#include "explore/testing/oracle_comparison.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "explore/testing/rc11_oracle.hpp"

namespace shmlab::explore::testing {
namespace {

std::set<Outcome> intersection(const std::set<Outcome>& one, const std::set<Outcome>& other) {
  std::set<Outcome> result;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(), std::inserter(result, result.end()));
  return result;
}

/// Those of one that are not in the other.
std::vector<Outcome> difference(const std::set<Outcome>& one, const std::set<Outcome>& other) {
  std::vector<Outcome> result;
  std::set_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(result));
  return result;
}

void add(OracleTally::Kind& kind, const LitmusProgram& program, const std::vector<Outcome>& outcomes) {
  if (outcomes.empty()) { return; }
  kind.outcomes += outcomes.size();
  ++kind.programs;
  const std::string example = to_string(program) + to_string(outcomes.front()) + '\n';
  if (kind.example.empty() || example.size() < kind.example.size()) { kind.example = example; }
}

std::string text_of(std::string_view name, const OracleTally::Kind& kind) {
  std::string text = fmt::format("{}: {} outcomes in {} programs\n", name, kind.outcomes, kind.programs);
  if (!kind.example.empty()) { text += "for example\n" + kind.example; }
  return text;
}

}  // namespace

Comparison compare_with_oracle(const LitmusProgram& program, const std::set<Outcome>& shown) {
  const std::set<Outcome> rc11 = rc11_outcomes(program);
  const std::set<Outcome> cpp20 = rc11_outcomes(program, {.seq_cst = Model::SeqCst::cpp20});
  const std::set<Outcome> both = intersection(rc11, cpp20);
  Comparison result;
  result.allowed = both.size();
  result.forbidden = difference(shown, rc11);
  result.beyond_cpp20 = difference(intersection(shown, rc11), cpp20);
  const std::vector<Outcome> missing = difference(both, shown);
  if (missing.empty()) { return result; }

  const std::set<Outcome> by_execution = rc11_outcomes(program, {.seq_cst_by_execution = true});
  for (const Outcome& outcome : missing) {
    (by_execution.contains(outcome) ? result.missing : result.missing_against_execution).push_back(outcome);
  }
  return result;
}

void OracleTally::add(const LitmusProgram& program, const std::set<Outcome>& shown) {
  const Comparison comparison = compare_with_oracle(program, shown);
  ++programs;
  allowed += comparison.allowed;
  testing::add(forbidden, program, comparison.forbidden);
  testing::add(beyond_cpp20, program, comparison.beyond_cpp20);
  testing::add(missing, program, comparison.missing);
  testing::add(missing_against_execution, program, comparison.missing_against_execution);
}

double OracleTally::missing_percent() const {
  const std::size_t count = missing.outcomes + missing_against_execution.outcomes;
  return allowed == 0 ? 0 : 100.0 * static_cast<double>(count) / static_cast<double>(allowed);
}

std::string to_string(const OracleTally& tally) {
  return fmt::format("{} programs, {} allowed outcomes, {:.4f} % of them not shown\n", tally.programs, tally.allowed,
                     tally.missing_percent()) +
         text_of("forbidden and shown", tally.forbidden) +
         text_of("allowed by RC11, forbidden by C++20, and shown", tally.beyond_cpp20) +
         text_of("allowed and not shown", tally.missing) +
         text_of("allowed and not shown, which need S against the order of execution", tally.missing_against_execution);
}

}  // namespace shmlab::explore::testing
