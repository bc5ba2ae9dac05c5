#pragma once

namespace shmlab::strategies::peers {

#if defined(__SANITIZE_THREAD__)
#define SHMLAB_HAS_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SHMLAB_HAS_THREAD_SANITIZER 1
#endif
#endif

/// Why a library whose atomics are assembler cannot be had in this build, or empty: ThreadSanitizer sees no synchronisation in them, and would
/// take all that they order for races.
#ifdef SHMLAB_HAS_THREAD_SANITIZER
inline constexpr const char* unseen_atomics = "its atomics are assembler, in which ThreadSanitizer sees no synchronisation";
#else
inline constexpr const char* unseen_atomics = "";
#endif
#undef SHMLAB_HAS_THREAD_SANITIZER

}  // namespace shmlab::strategies::peers
