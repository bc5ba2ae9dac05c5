#pragma once

#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/inside_mark.hpp"

namespace shmlab {

/// A lock on an empty file that every participant opens for itself, so that it belongs to its open file description; the region holds the name.
/// The kernel gives the lock back when its holder dies, and says nothing: who comes next would find half-written data and take them for
/// whole. So the region holds a mark besides, which is set while somebody is inside, and lock() that finds it returns owner_died. The
/// unlock() after that says that the data is repaired; a holder who dies before leaves the mark to the next one.
/// Every section makes two system calls. There is no timed lock: the calls have no time-out. A child that is forked inside keeps the lock until it
/// has ended too.
template <class Env, class Lock>
class MarkedFileLock {
 public:
  static constexpr bool is_modelled = true;

  struct Shared {
    typename Lock::Shared file;
    InsideMark<Env> mark;
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { Lock::create((new (memory) Shared{})->file); }
  /// Takes the name away; whoever has attached goes on.
  static void retire(void* memory) { Lock::retire(std::launder(static_cast<Shared*>(memory))->file); }

  MarkedFileLock(void* memory, const Config& /*config*/, Participant /*self*/)
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
  Lock file_;
};

}  // namespace shmlab
