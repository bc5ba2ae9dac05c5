#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace shmlab::gate {

/// What a comparison says of one case, and of all together.
enum class Verdict : std::uint8_t {
  pass,            ///< certainly not slower by more than is tolerated
  improved,        ///< certainly faster
  added,           ///< only the head has it
  removed,         ///< only the base has it
  inconclusive,    ///< more pairs are needed
  not_comparable,  ///< of different machines
  regressed,       ///< certainly slower, by more than the margin
  error            ///< could not be measured, or what was measured is not correct
};
std::string_view to_string(Verdict verdict);

/// Ratios of head to base (time per operation) that count, as logarithms.
struct Margins {
  double noise = 0.019802627296179712;   ///< ln 1.02: less than this either way is no change
  double tolerated = 0.048790164169432;  ///< ln 1.05: what is certainly below passes
};
/// Of cases whose pairs differ by a tenth and more between themselves: 400 of them tell 25 % from 5 %, and not 5 % from 2 %.
inline constexpr Margins margins_of_unsteady{.noise = 0.048790164169432, .tolerated = 0.22314355131421};

/// How sure it has to be. Figures measured on 27,000 runs of A against A and of injected slowdowns are the reason for these.
struct Certainty {
  double alpha = 0.01;  ///< that any case of the family is wrongly called regressed (Bonferroni)
  double power = 0.97;  ///< that one which is slower by as much as is tolerated is found out
};

/// What was found of one case. Ratios are of medians over pairs: head to base.
struct Finding {
  Verdict verdict = Verdict::error;
  bool slower_tolerated = false;  ///< of a pass: slower all the same, by less than is tolerated
  double ratio = 0;
  double low = 0;   ///< what the ratio is at least: wrong for one case of the whole family with a probability of Certainty::alpha
  double high = 0;  ///< at most, likewise
  std::uint64_t pairs = 0;
  std::uint64_t pairs_needed = 0;  ///< of an inconclusive one: about so many would tell
};

/// The first stage: passes what is clearly below the tolerated ratio, and nothing else; what is left needs fresh pairs. `log_ratios`: ln(head /
/// base) of each pair; `family`: how many cases are compared. An exact sign test (exact.hpp): nothing is assumed of the distribution.
std::optional<Finding> judge_first_stage(std::span<const double> log_ratios, std::size_t family, const Margins& margins = {},
                                         const Certainty& certainty = {});

/// What is known of a case that the first stage leaves, until the second has told: INCONCLUSIVE, with about how many pairs would tell.
Finding undecided(std::span<const double> log_ratios, std::size_t family, const Margins& margins = {},
                  const Certainty& certainty = {});

inline constexpr std::uint64_t first_stage_pairs = 30;
inline constexpr std::uint64_t fewest_second_stage_pairs = 40;
inline constexpr std::uint64_t most_second_stage_pairs = 400;

/// How many fresh pairs tell a case that is as slow as is tolerated from one that is within the noise, by the spread of these pairs; without
/// limits. From the standard error of a normal median, 1.2533 s / sqrt(n) (Kendall and Stuart, vol. 1), times 2.5 for tails that are not normal.
std::uint64_t pairs_needed(std::span<const double> log_ratios, std::size_t family, const Margins& margins = {},
                           const Certainty& certainty = {});

/// Whether so many pairs of a second stage bound anything.
bool can_judge(std::size_t pairs, std::size_t family, const Certainty& certainty = {});

/// The second stage, on its own pairs alone.
Finding judge_second_stage(std::span<const double> log_ratios, std::size_t family, const Margins& margins = {},
                           const Certainty& certainty = {});

}  // namespace shmlab::gate
