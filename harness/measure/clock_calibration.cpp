#include "measure/clock_calibration.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <thread>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace shmlab::measure {

bool trust_tsc(bool invariant, std::string_view kernel_clock_source) {
  static constexpr std::array<std::string_view, 5> from_the_counter{"", "tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "xen"};
  return invariant && std::ranges::find(from_the_counter, kernel_clock_source) != from_the_counter.end();
}

#if defined(__x86_64__)
namespace {

/// One moment in both times.
struct Moment {
  std::uint64_t ticks;
  std::uint64_t ns;
};

std::uint64_t raw_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);  // cannot fail: the clock exists and the pointer is valid
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

Moment tightest_moment() {
  constexpr int readings = 64;
  Moment best{};
  std::uint64_t tightest = UINT64_MAX;
  for (int reading = 0; reading < readings; ++reading) {
    const std::uint64_t before = __rdtsc();
    const std::uint64_t ns = raw_ns();
    const std::uint64_t width = __rdtsc() - before;
    if (width < tightest) {
      tightest = width;
      best = {.ticks = before + width / 2, .ns = ns};
    }
  }
  return best;
}

}  // namespace

bool has_invariant_tsc() {
  constexpr unsigned advanced_power_management = 0x8000'0007;
  constexpr unsigned invariant_tsc = 1U << 8U;
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid(advanced_power_management, &eax, &ebx, &ecx, &edx) != 0 && (edx & invariant_tsc) != 0;
}

double measure_ns_per_tick() {
  const Moment begin = tightest_moment();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const Moment end = tightest_moment();
  return static_cast<double>(end.ns - begin.ns) / static_cast<double>(end.ticks - begin.ticks);
}

#else

bool has_invariant_tsc() {
  return false;
}

double measure_ns_per_tick() {
  return 1.0;
}

#endif

}  // namespace shmlab::measure
