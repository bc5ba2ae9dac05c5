#pragma once

#include <cstdint>
#include <string_view>

#include "contract/acquired.hpp"
#include "measure/session.hpp"

/// Checks inside a body: each says whether it held, and when it did not, the session has the violation. The cold parts are compiled
/// once here, and not in every scenario of every strategy.
namespace shmlab::check {

/// Records that `what` was `found` in place of `expected`; always false.
bool refute(measure::Session& session, std::string_view what, std::uint64_t found, std::uint64_t expected);
/// The same for any text.
bool refute(measure::Session& session, std::string_view why);
/// Records that lock() answered a death in a run in which nobody dies; always false.
bool refute(measure::Session& session, Acquired acquired);

inline bool expect(measure::Session& session, std::string_view what, std::uint64_t found, std::uint64_t expected) {
  if (found == expected) [[likely]] { return true; }
  return refute(session, what, found, expected);
}

/// Takes the lock; false: it answered a death, though nobody dies here.
template <class S>
bool lock_clean(S& lock, measure::Session& session) {
  const Acquired acquired = lock.lock();
  if (acquired == Acquired::clean) [[likely]] { return true; }
  return refute(session, acquired);
}

}  // namespace shmlab::check
