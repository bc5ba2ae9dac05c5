#pragma once

#include "contract/adapters/blocking_buffer.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/eventcount.hpp"
#include "strategies/futex_mutex.hpp"

namespace shmlab::strategies::bounded_buffer_futex_mutex_eventcount {

template <class Env>
using Blocking = BlockingBuffer<Env, futex_mutex::FutexMutex<Env>, eventcount::Eventcount<Env>>;

/// A mutex and two event counts: a system call only for who sleeps.
template <class Env>
class BoundedBufferFutexMutexEventcount : public Blocking<Env> {
 public:
  static constexpr Descriptor descriptor =
      Blocking<Env>::described("bounded_buffer_futex_mutex_eventcount",
                               "a ring of messages under a futex mutex, with an event count for room and one for messages");

  using Blocking<Env>::Blocking;
};

using Plugins = Variants<BoundedBufferFutexMutexEventcount>;

}  // namespace shmlab::strategies::bounded_buffer_futex_mutex_eventcount
