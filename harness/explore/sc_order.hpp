#pragma once

#include <array>
#include <bit>
#include <cstddef>

#include "explore/view.hpp"

namespace shmlab::explore {

/// What is known of the order S of the seq_cst events of an execution ([atomics.order]/4; psc of RC11), as a transitively closed relation.
/// A step that would close a cycle has no S, so Memory refuses it. S is not the order of execution: a seq_cst store may come later in S
/// than what its participant did afterwards with weaker orders.
class ScOrder {
 public:
  static constexpr std::size_t most_nodes = 64;
  /// Stands for all events that retire() took out.
  static constexpr ScNodes past = 1;

  void clear();
  [[nodiscard]] bool is_empty() const { return used_ == past; }
  [[nodiscard]] bool is_full() const { return used_ == ~ScNodes{0}; }

  /// Whether every one of `before` may precede every one of `after`.
  [[nodiscard]] bool allows(ScNodes before, ScNodes after) const { return after == 0 || (from(after) & before) == 0; }
  /// Orders every one of `before` before every one of `after`, which is allowed.
  void order(ScNodes before, ScNodes after);
  /// A new event between them. Not full.
  ScNodes add(ScNodes before, ScNodes after);

  /// Makes room: some events that can be the first in S become so for good. Returns them; whoever holds sets of nodes replaces them by
  /// `past`. What S could still have been with other first events is then left out of the exploration.
  ScNodes retire();

 private:
  [[nodiscard]] ScNodes from(ScNodes nodes) const { return nodes | gather(after_, nodes); }
  [[nodiscard]] ScNodes until(ScNodes nodes) const { return nodes | gather(before_, nodes); }

  using Closure = std::array<ScNodes, most_nodes>;
  static ScNodes gather(const Closure& closure, ScNodes nodes) {
    ScNodes all = 0;
    for (ScNodes left = nodes; left != 0; left &= left - 1) { all |= closure[index_of(left)]; }
    return all;
  }
  static std::size_t index_of(ScNodes nodes) { return static_cast<std::size_t>(std::countr_zero(nodes)); }

  ScNodes used_ = past;
  Closure before_{};  ///< of each node all that precede it
  Closure after_{};   ///< of each node all that follow it
};

}  // namespace shmlab::explore
