#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "explore/search.hpp"

namespace shmlab::explore {

/// One execution, from the choices that another search made: Machine::choices(). Where they end or do not fit, the usual: who took the last step
/// goes on, and outcome 0.
class Replay final : public Search {
 public:
  explicit Replay(std::vector<std::uint16_t> choices) : choices_(std::move(choices)) {}

  void begin() override {
    next_ = 0;
    fits_ = true;
  }
  std::uint32_t next(const Turn& turn) override {
    if (!has_several(turn.enabled)) { return first_of(turn.enabled); }
    const std::uint32_t usual = turn.last_could_go_on ? turn.last : first_of(turn.enabled);
    const std::uint32_t chosen = take(usual);
    const bool can = chosen < max_participants && (turn.enabled & only(chosen)) != 0;
    fits_ = fits_ && can;
    return can ? chosen : usual;
  }
  std::uint32_t choose(std::uint32_t n) override {
    const std::uint32_t chosen = take(0);
    fits_ = fits_ && chosen < n;
    return chosen < n ? chosen : 0;
  }
  bool another(std::uint32_t /*steps*/) override { return false; }

  /// Whether every choice so far could be made: false when they are of another program.
  [[nodiscard]] bool fits() const { return fits_; }

 private:
  std::uint32_t take(std::uint32_t usual) { return next_ < choices_.size() ? choices_[next_++] : usual; }

  std::vector<std::uint16_t> choices_;
  std::size_t next_ = 0;
  bool fits_ = true;
};

}  // namespace shmlab::explore
