#pragma once

#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/inside_mark.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::fcntl_lock {

/// A lock on an empty file that every participant opens for itself, so that it belongs to its open file description; the region holds the name.
/// The kernel gives the lock back when its holder dies, and says nothing: who comes next would find half-written data and take them for
/// whole. So the region holds a mark besides, which is set while somebody is inside, and lock() that finds it returns owner_died. The
/// unlock() after that says that the data is repaired; a holder who dies before leaves the mark to the next one.
/// Every section makes two system calls. There is no timed lock: fcntl(2) has no time-out. A child that is forked inside keeps the lock until it
/// has ended too.
template <class Env>
class FcntlLock {
 public:
  static constexpr Descriptor descriptor{
      .name = "fcntl_lock",
      .summary = "lock on an open file description, and a mark that tells the next holder of a death",
      .source = "fcntl(2), F_OFD_SETLKW",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected}};
  static constexpr bool is_modelled = true;

  struct Shared {
    typename Env::FileLock::Shared file;
    InsideMark<Env> mark;
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { Env::FileLock::create((new (memory) Shared{})->file); }
  /// Takes the name away; whoever has attached goes on.
  static void retire(void* memory) { Env::FileLock::retire(std::launder(static_cast<Shared*>(memory))->file); }

  FcntlLock(void* memory, const Config& /*config*/, Participant /*self*/)
      : mark_(std::launder(static_cast<Shared*>(memory))->mark), file_(std::launder(static_cast<Shared*>(memory))->file) {}

  Acquired lock() {
    file_.lock();
    return mark_.enter();
  }
  void unlock() {
    mark_.leave();
    file_.unlock();
  }

 private:
  InsideMark<Env>& mark_;
  typename Env::FileLock file_;
};

using Plugins = Variants<FcntlLock>;

}  // namespace shmlab::strategies::fcntl_lock
