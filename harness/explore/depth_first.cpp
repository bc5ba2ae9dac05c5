#include "explore/depth_first.hpp"

namespace shmlab::explore {
namespace {

/// So many first decisions make the prefixes that shards are dealt.
constexpr std::size_t prefix_decisions = 8;

}  // namespace

DepthFirst::DepthFirst(std::uint32_t first, std::uint32_t last, Shard shard)
    : first_(first), bound_(first), last_(last), shard_(shard) {}

void DepthFirst::begin() {
  depth_ = 0;
  preemptions_ = 0;
}

std::uint32_t DepthFirst::next(const Turn& turn) {
  if (belongs_to_another_shard()) { return nobody; }
  ParticipantSet may = turn.enabled;
  if (turn.last_could_go_on && has_several(may) && preemptions_ >= bound_) {
    met_.insert(Bound::preemptions);
    may = only(turn.last);
  }
  if (!has_several(may)) { return first_of(may); }
  if (depth_ == nodes_.size()) {
    const std::uint32_t first = turn.last_could_go_on ? turn.last : first_of(may);
    nodes_.push_back({.chosen = first, .left = may & ~only(first), .outcomes = 0});
  }
  const std::uint32_t chosen = nodes_[depth_++].chosen;
  if (turn.last_could_go_on && chosen != turn.last) { ++preemptions_; }
  return chosen;
}

std::uint32_t DepthFirst::choose(std::uint32_t n) {
  if (depth_ == nodes_.size()) { nodes_.push_back({.chosen = 0, .left = 0, .outcomes = n}); }
  return nodes_[depth_++].chosen;
}

bool DepthFirst::another(std::uint32_t /*steps*/) {
  if (backtrack()) { return true; }
  if (!met_.contains(Bound::preemptions) || bound_ >= last_) {
    exhausted_ = true;
    return false;
  }
  ++bound_;
  met_ = {};
  prefix_ = 0;
  is_new_prefix_ = true;
  return true;
}

std::optional<std::uint32_t> DepthFirst::complete_preemptions() const {
  if (exhausted_) { return bound_; }
  return bound_ > first_ ? std::optional(bound_ - 1) : std::nullopt;
}

bool DepthFirst::backtrack() {
  for (; !nodes_.empty(); nodes_.pop_back()) {
    Node& node = nodes_.back();
    if (nodes_.size() <= prefix_decisions) { is_new_prefix_ = true; }
    if (node.outcomes != 0) {
      if (++node.chosen < node.outcomes) { return true; }
    } else if (node.left != 0) {
      node.chosen = first_of(node.left);
      node.left &= ~only(node.chosen);
      return true;
    }
  }
  return false;
}

/// Every shard sees the first decisions of all executions, in the same order, and goes on with every count-th of them. Executions with
/// fewer decisions are seen by all.
bool DepthFirst::belongs_to_another_shard() {
  if (shard_.count < 2 || depth_ < prefix_decisions) { return false; }
  if (is_new_prefix_) {
    is_new_prefix_ = false;
    ++prefix_;
  }
  return prefix_ % shard_.count != shard_.index;
}

}  // namespace shmlab::explore
