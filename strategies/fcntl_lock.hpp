#pragma once

#include "contract/descriptor.hpp"
#include "contract/marked_file_lock.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::fcntl_lock {

/// A record lock of fcntl(2) that belongs to the open file description, with a mark beside it.
template <class Env>
class FcntlLock : public MarkedFileLock<Env, typename Env::FileLock> {
 public:
  static constexpr Descriptor descriptor{
      .name = "fcntl_lock",
      .summary = "lock on an open file description, and a mark that tells the next holder of a death",
      .source = "fcntl(2), F_OFD_SETLKW",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected}};
  using MarkedFileLock<Env, typename Env::FileLock>::MarkedFileLock;
};

using Plugins = Variants<FcntlLock>;

}  // namespace shmlab::strategies::fcntl_lock
