#pragma once

#include <cstdint>
#include <ctime>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace shmlab::measure {

/// Where time stamps come from.
enum class ClockSource : std::uint32_t {
  tsc,           ///< invariant time stamp counter, calibrated against CLOCK_MONOTONIC_RAW
  clock_gettime  ///< CLOCK_MONOTONIC; one tick is one nanosecond
};

/// How ticks become nanoseconds; chosen and calibrated once by the runner, carried to every participant through the region.
struct ClockScale {
  ClockSource source = ClockSource::clock_gettime;
  double ns_per_tick = 1.0;
};

/// Time stamps in ticks. All processes of a run use the same source, so that their stamps compare.
class Clock {
 public:
  /// The present tick. Costs one rdtsc (about 10 ns on a virtual machine) or one vDSO call.
  [[nodiscard]] static std::uint64_t now() {
#if defined(__x86_64__)
    if (scale_.source == ClockSource::tsc) [[likely]] { return __rdtsc(); }
#endif
    return monotonic_ns();
  }
  [[nodiscard]] static double to_ns(std::uint64_t ticks) { return static_cast<double>(ticks) * scale_.ns_per_tick; }
  [[nodiscard]] static std::uint64_t from_ns(double ns) { return static_cast<std::uint64_t>(ns / scale_.ns_per_tick); }
  [[nodiscard]] static const ClockScale& scale() { return scale_; }
  /// Takes over the scale that the runner measured. Before any now() of this process that matters; not thread-safe.
  static void use(const ClockScale& scale) { scale_ = scale; }
  /// Measures the scale of this machine once (about 20 ms) and uses it; later calls return the same.
  static const ClockScale& calibrate();
  /// CLOCK_MONOTONIC in nanoseconds.
  [[nodiscard]] static std::uint64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);  // cannot fail: the clock exists and the pointer is valid
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
  }

 private:
  static inline ClockScale scale_{};
};

}  // namespace shmlab::measure
