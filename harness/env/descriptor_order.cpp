#include "env/descriptor_order.hpp"

#if defined(__SANITIZE_THREAD__)
#define SHMLAB_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SHMLAB_TSAN 1
#endif
#endif
#ifdef SHMLAB_TSAN
#include <sanitizer/tsan_interface.h>

#include <array>
#include <cstddef>
#endif

namespace shmlab::env {

#ifdef SHMLAB_TSAN
namespace {

/// An address for each descriptor. Two that share one would look more ordered than they are.
void* address_of(int descriptor) {
  static std::array<char, 4096> addresses{};
  return &addresses[static_cast<std::size_t>(descriptor) % addresses.size()];
}

}  // namespace

void release_through(int descriptor) {
  __tsan_release(address_of(descriptor));
}
void acquire_through(int descriptor) {
  __tsan_acquire(address_of(descriptor));
}
#else
void release_through(int /*descriptor*/) {}
void acquire_through(int /*descriptor*/) {}
#endif

}  // namespace shmlab::env
