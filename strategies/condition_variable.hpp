#pragma once

#include <chrono>
#include <cstdint>
#include <new>
#include <optional>
#include <system_error>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"
#include "env/native_condition_variable.hpp"
#include "env/native_pthread_mutex.hpp"

namespace shmlab::strategies::condition_variable {

/// Permits that are counted under a robust mutex; who finds none waits for the condition variable, in a loop around the test.
/// Whoever learns of a death wakes all who wait: the dead may have left a permit and told nobody, or been told of one.
template <class Env>
class ConditionVariable {
 public:
  static constexpr Descriptor descriptor{
      .name = "condition_variable",
      .summary = "permits counted under a process-shared robust POSIX mutex, awaited on a condition variable",
      .source = "pthread_cond_wait(3p), pthread_condattr_setpshared(3p); Hoare, Monitors, CACM 17(10), 1974",
      .waiting = Waiting::parks,
      // A waiter killed after a signal takes that with it, and glibc's later signals may wait for the dead to leave, for ever. A poster
      // killed between permit and signal leaves sleepers, until the next call of anybody.
      .contract = {.waiter = OnDeath::blocks, .poster = OnDeath::blocks}};

  struct Shared {
    typename Env::PthreadMutex mutex;
    typename Env::ConditionVariable more;
    typename Env::template Plain<std::uint64_t> permits;  ///< under the mutex; one word, so whole whoever dies
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) {
    Shared& shared = *new (memory) Shared;
    shared.mutex.create(env::Robustness::robust);
    shared.more.create();
    shared.permits.set(config.initial_permits);
  }

  ConditionVariable(void* memory, const Config& /*config*/, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))) {}

  void post() {
    settle(shared_.mutex.lock());
    shared_.permits.set(shared_.permits.get() + 1);
    shared_.more.signal();
    shared_.mutex.unlock();
  }
  void wait() { wait_until(std::nullopt); }
  bool wait_for(std::chrono::nanoseconds time) { return wait_until(env::deadline_after(Env::now(), time)); }

 private:
  /// false: there was none until then.
  bool wait_until(std::optional<env::Deadline> deadline) {
    settle(shared_.mutex.lock());
    bool in_time = true;
    while (shared_.permits.get() == 0 && in_time) {
      env::Waited waited;
      if (deadline) {
        waited = shared_.more.wait_until(shared_.mutex, *deadline);
      } else {
        waited.acquired = shared_.more.wait(shared_.mutex);
      }
      settle(waited.acquired);
      in_time = waited.in_time;
    }
    const bool has_one = shared_.permits.get() != 0;
    if (has_one) { shared_.permits.set(shared_.permits.get() - 1); }
    shared_.mutex.unlock();
    return has_one;
  }

  /// What there is to do when the mutex has been taken.
  void settle(Acquired acquired) {
    if (acquired == Acquired::clean) { return; }
    if (acquired == Acquired::not_recoverable) {  // nobody here gives the mutex without make_consistent()
      throw std::system_error(std::make_error_code(std::errc::state_not_recoverable), "mutex of a condition variable");
    }
    shared_.mutex.make_consistent();
    shared_.more.broadcast();
  }

  Shared& shared_;
};

using Plugins = Variants<ConditionVariable>;

}  // namespace shmlab::strategies::condition_variable
