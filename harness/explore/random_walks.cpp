#include "explore/random_walks.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace shmlab::explore {
namespace {

/// 0 .. n - 1; the same on every machine, as the standard distributions are not.
std::uint32_t below(std::uint32_t n, std::mt19937_64& random) {
  return static_cast<std::uint32_t>(random() % n);
}

std::uint32_t outcome(std::uint32_t n, std::mt19937_64& random) {
  return below(2, random) == 0 ? 0 : below(n, random);
}

bool is_poll(env::Operation operation) {
  return operation == env::Operation::pause || operation == env::Operation::yield;
}

}  // namespace

std::uint32_t RandomWalk::next(const Turn& turn) {
  ParticipantSet left = turn.enabled;
  for (std::uint32_t skip = below(static_cast<std::uint32_t>(std::popcount(left)), random_); skip > 0; --skip) {
    left &= left - 1;
  }
  return first_of(left);
}

std::uint32_t RandomWalk::choose(std::uint32_t n) {
  return outcome(n, random_);
}

void Pct::begin() {
  std::iota(priorities_.begin(), priorities_.end(), 1);
  for (std::uint32_t i = max_participants; i > 1; --i) { std::swap(priorities_[i - 1], priorities_[below(i, random_)]); }
  lowest_ = 0;
  changes_.clear();
  for (std::uint32_t i = 1; i < depth_; ++i) { changes_.push_back(1 + below(length_, random_)); }
}

std::uint32_t Pct::next(const Turn& turn) {
  if (turn.last != no_participant) {
    const bool loses = std::find(changes_.begin(), changes_.end(), turn.steps) != changes_.end();
    // Who polls waits for others: at the top it would keep them from ever coming to their turn.
    if (loses || is_poll(turn.next[turn.last]->operation)) { priorities_[turn.last] = --lowest_; }
  }
  std::uint32_t best = first_of(turn.enabled);
  for (ParticipantSet left = turn.enabled; left != 0; left &= left - 1) {
    if (priorities_[first_of(left)] > priorities_[best]) { best = first_of(left); }
  }
  return best;
}

std::uint32_t Pct::choose(std::uint32_t n) {
  return outcome(n, random_);
}

bool Pct::another(std::uint32_t steps) {
  length_ = std::max(length_, steps);
  return true;
}

}  // namespace shmlab::explore
