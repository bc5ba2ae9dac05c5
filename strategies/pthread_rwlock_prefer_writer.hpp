#pragma once

#include <new>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/native_pthread_rwlock.hpp"
#include "strategies/pthread_rwlock.hpp"

namespace shmlab::strategies::pthread_rwlock_prefer_writer {

/// The read-write lock of the threads library whose readers wait while a writer waits.
template <class Env>
class PthreadRwlockPreferWriter : public pthread_rwlock::PthreadRwlock<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_rwlock_prefer_writer",
      .summary = "process-shared POSIX read-write lock whose readers wait behind writers that wait",
      .source = "pthread_rwlockattr_setkind_np(3), PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP",
      .waiting = Waiting::spins_then_parks,
      .contract = pthread_rwlock::contract};

  using typename pthread_rwlock::PthreadRwlock<Env>::Shared;
  static void create(void* memory, const Config& /*config*/) { (new (memory) Shared)->create(env::Preference::writers); }
  using pthread_rwlock::PthreadRwlock<Env>::PthreadRwlock;
};

using Plugins = Variants<PthreadRwlockPreferWriter>;

}  // namespace shmlab::strategies::pthread_rwlock_prefer_writer
