#pragma once

#include "contract/adapters/blocking_buffer.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/unnamed_semaphore.hpp"

namespace shmlab::strategies::bounded_buffer_unnamed_semaphore {

template <class Env>
using Blocking = BlockingBuffer<Env, unnamed_semaphore::UnnamedSemaphore<Env>, unnamed_semaphore::UnnamedSemaphore<Env>>;

/// What textbooks do without a mutex: three semaphores.
template <class Env>
class BoundedBufferUnnamedSemaphore : public Blocking<Env> {
 public:
  static constexpr Descriptor descriptor = Blocking<Env>::described(
      "bounded_buffer_unnamed_semaphore", "a ring of messages under a POSIX semaphore, with one for room and one for messages");

  using Blocking<Env>::Blocking;
};

using Plugins = Variants<BoundedBufferUnnamedSemaphore>;

}  // namespace shmlab::strategies::bounded_buffer_unnamed_semaphore
