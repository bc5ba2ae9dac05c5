#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

namespace shmlab::gate::testing {

/// A delay that scripts/gate-builds puts into hot paths, to see whether the gate finds it; in no other build. How often it is due stands in
/// SHMLAB_GATE_DELAYS: "stream/spsc_ring_blocking=0.05,..." is once in twenty calls, evenly. Without that it never is.
class Delay {
 public:
  explicit Delay(std::string_view name) : step_(step_of(rate_of(name))) {}

  bool is_due() {
    const std::uint64_t before = sum_;
    sum_ += step_;
    return sum_ < before;
  }

 private:
  static double rate_of(std::string_view name) {
    const char* const all = std::getenv("SHMLAB_GATE_DELAYS");
    const std::string text = "," + std::string(all == nullptr ? "" : all);
    const std::string wanted = "," + std::string(name) + "=";
    const std::size_t found = text.find(wanted);
    return found == std::string::npos ? 0 : std::strtod(text.c_str() + found + wanted.size(), nullptr);
  }
  static std::uint64_t step_of(double rate) {
    if (!(rate > 0)) { return 0; }
    return rate < 1 ? static_cast<std::uint64_t>(std::ldexp(rate, 64)) : std::numeric_limits<std::uint64_t>::max();
  }

  std::uint64_t step_;
  std::uint64_t sum_ = 0;
};

}  // namespace shmlab::gate::testing
