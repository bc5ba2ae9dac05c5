#pragma once

namespace shmlab::shm {

/// Tells the CPU that this is a waiting loop, so that it leaves it sooner and takes less from its sibling
/// (Intel SDM, PAUSE; Arm ARM, YIELD).
inline void cpu_pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield" ::: "memory");
#endif
}

}  // namespace shmlab::shm
