#include "env/allowed_cpu.hpp"

#include <sched.h>

namespace shmlab::env {

std::optional<std::uint32_t> only_allowed_cpu() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  // It fails where the kernel knows more CPUs than a cpu_set_t holds (EINVAL): then there are several, as far as can be told.
  if (sched_getaffinity(0, sizeof allowed, &allowed) == -1 || CPU_COUNT(&allowed) != 1) { return std::nullopt; }
  for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) { return cpu; }
  }
  return std::nullopt;
}

}  // namespace shmlab::env
