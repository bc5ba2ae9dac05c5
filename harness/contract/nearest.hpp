#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/error.hpp"

namespace shmlab {

/// Insertions, deletions and replacements of one character that turn `from` into `to`
/// (Wagner and Fischer, "The String-to-String Correction Problem", 1974; one row kept).
inline std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// The choice with the smallest edit distance to `wanted`, the first of equals; empty when there are no choices.
inline std::string_view nearest(std::string_view wanted, std::span<const std::string_view> choices) {
  std::string_view best;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string_view choice : choices) {
    const std::size_t distance = edit_distance(wanted, choice);
    if (distance < best_distance) {
      best = choice;
      best_distance = distance;
    }
  }
  return best;
}

/// "a, b, c".
inline std::string join(std::span<const std::string_view> choices, std::string_view separator = ", ") {
  std::string text;
  for (const std::string_view choice : choices) {
    if (!text.empty()) { text += separator; }
    text += choice;
  }
  return text;
}

/// The error for a name that is none of `choices`; `thing` says what was named, such as "region kind":
/// `unknown region kind 'memf': expected memfd, posix_shm, file, anonymous; nearest is 'memfd'`.
inline BadInput unknown_name(std::string_view thing, std::string_view wanted, std::span<const std::string_view> choices) {
  std::string text = "unknown ";
  text.append(thing).append(" '").append(wanted).append("'");
  if (choices.empty()) {
    text += ": there are none";
  } else {
    text.append(": expected ").append(join(choices)).append("; nearest is '").append(nearest(wanted, choices)).append("'");
  }
  return BadInput(text);
}

}  // namespace shmlab
