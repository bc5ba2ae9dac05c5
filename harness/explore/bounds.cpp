#include "explore/bounds.hpp"

#include <fmt/format.h>

#include "explore/sc_order.hpp"

namespace shmlab::explore {

std::string to_string(BoundSet met, const Bounds& bounds) {
  std::string text;
  const auto name = [&](Bound bound, const std::string& words) {
    if (!met.contains(bound)) { return; }
    if (!text.empty()) { text += ", "; }
    text += words;
  };
  name(Bound::preemptions, "preemptions");
  name(Bound::steps, fmt::format("{} steps", bounds.most_steps));
  name(Bound::stale, fmt::format("loads {} stores back", bounds.most_stale));
  name(Bound::insertions, fmt::format("{} stores put before others", bounds.most_insertions));
  name(Bound::weak_failures, fmt::format("{} weak failures each", bounds.weak_failures));
  name(Bound::spurious_wakes, fmt::format("{} spurious wakes each", bounds.spurious_wakes));
  name(Bound::fairness, "fair schedules");
  name(Bound::deaths, fmt::format("{} deaths", bounds.most_deaths));
  name(Bound::seq_cst_events, fmt::format("{} seq_cst events in any order", ScOrder::most_nodes - 1));
  return text;
}

}  // namespace shmlab::explore
