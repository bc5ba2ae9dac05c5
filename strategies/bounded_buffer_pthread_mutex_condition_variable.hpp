#pragma once

#include "contract/adapters/blocking_buffer.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/condition_variable.hpp"
#include "strategies/pthread_mutex.hpp"

namespace shmlab::strategies::bounded_buffer_pthread_mutex_condition_variable {

template <class Env>
using Blocking = BlockingBuffer<Env, pthread_mutex::PthreadMutex<Env>, condition_variable::ConditionVariable<Env>>;

/// What textbooks do: a mutex and two condition variables.
template <class Env>
class BoundedBufferPthreadMutexConditionVariable : public Blocking<Env> {
 public:
  static constexpr Descriptor descriptor =
      Blocking<Env>::described("bounded_buffer_pthread_mutex_condition_variable",
                               "a ring of messages under a POSIX mutex, with a condition variable for room and one for messages");

  using Blocking<Env>::Blocking;
};

using Plugins = Variants<BoundedBufferPthreadMutexConditionVariable>;

}  // namespace shmlab::strategies::bounded_buffer_pthread_mutex_condition_variable
