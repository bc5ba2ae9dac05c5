#include "measure/usage.hpp"

#include <sys/resource.h>
#include <sys/time.h>

namespace shmlab::measure {
namespace {

std::uint64_t in_ns(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_usec) * 1'000U;
}

}  // namespace

Usage usage_of_this_thread() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);  // cannot fail: the target is known to Linux and the pointer is valid
  return {.cpu_ns = in_ns(usage.ru_utime) + in_ns(usage.ru_stime),
          .voluntary_switches = static_cast<std::uint64_t>(usage.ru_nvcsw),
          .involuntary_switches = static_cast<std::uint64_t>(usage.ru_nivcsw)};
}

}  // namespace shmlab::measure
