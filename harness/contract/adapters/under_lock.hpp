#pragma once

#include <algorithm>
#include <system_error>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"

namespace shmlab {

/// The configuration of the lock inside an adapter: a semaphore that serves as a lock starts with one permit.
constexpr Config lock_config(Config config) {
  config.initial_permits = 1;
  return config;
}

/// What the survivors of an adapter meet when a participant dies in an operation that waits for the lock and then works inside it.
/// The adapters keep their data whole at every instant, so a lock that recovers leaves nothing for the survivors to notice.
constexpr OnDeath death_under_lock(const DeathContract& lock) {
  const auto noticed = [](OnDeath outcome) { return outcome == OnDeath::recovers ? OnDeath::unaffected : outcome; };
  // The enumerators grow from harmless to blocking.
  return std::max(noticed(lock.holder), noticed(lock.waiter));
}

/// Takes the lock. After owner_died it simply goes on: the data of an adapter is whole, and unlock() recovers the lock. Throws std::system_error (state_not_recoverable) when the lock can never be had again:
/// to go on would be to wait for ever, or to work without protection.
template <class L>
void lock_or_throw(L& lock) {
  if (lock.lock() == Acquired::not_recoverable) {
    throw std::system_error(std::make_error_code(std::errc::state_not_recoverable), "lock under an adapter");
  }
}

}  // namespace shmlab
