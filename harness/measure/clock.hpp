#pragma once

#include <atomic>
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
  /// By how much a stamp of one CPU may be ahead of another's: stamps of histories are widened by it. 0 on most machines.
  std::uint64_t skew_ticks = 0;
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
  /// A stamp that is not later than anything the operation after it does: it is taken before a load of that operation can start.
  [[nodiscard]] static std::uint64_t before_operation() {
    const std::uint64_t stamp = now() - scale_.skew_ticks;
#if defined(__x86_64__)
    _mm_lfence();  // later loads wait for the reading (Intel SDM, LFENCE; RDTSC itself orders nothing)
#endif
    return stamp;
  }
  /// A stamp that is not earlier than anything the operation before it did: its stores are visible to everybody. Without the fence
  /// a store may still wait in the store buffer, and a reader that sees the old value later than this stamp is accused in vain.
  [[nodiscard]] static std::uint64_t after_operation() {
    std::atomic_thread_fence(std::memory_order_seq_cst);  // no partner: it empties this CPU's store buffer
#if defined(__x86_64__)
    _mm_lfence();  // and the reading waits for the fence
#endif
    return now() + scale_.skew_ticks;
  }
  [[nodiscard]] static double to_ns(std::uint64_t ticks) { return static_cast<double>(ticks) * scale_.ns_per_tick; }
  [[nodiscard]] static std::uint64_t from_ns(double ns) { return static_cast<std::uint64_t>(ns / scale_.ns_per_tick); }
  [[nodiscard]] static const ClockScale& scale() { return scale_; }
  /// Takes over the scale that the runner measured. Before any now() of this process that matters; not thread-safe.
  static void use(const ClockScale& scale) { scale_ = scale; }
  /// Measures the scale of this machine, and whether its CPUs agree, once (about 25 ms) and uses it; later calls return the same.
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
