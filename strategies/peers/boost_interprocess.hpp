#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <string>

#include "contract/absent.hpp"
#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

#if __has_include(<boost/interprocess/sync/interprocess_mutex.hpp>)
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#endif

namespace shmlab::strategies::boost_interprocess {

#if __has_include(<boost/interprocess/sync/interprocess_mutex.hpp>)
inline constexpr const char* missing = "";

/// An object of the library that lies in the region as it is.
template <class Object>
class InRegion {
 public:
  static constexpr bool is_opaque = true;
  static Footprint footprint(const Config& /*config*/) { return {sizeof(Object), alignof(Object)}; }

 protected:
  explicit InRegion(void* memory) : object_(*std::launder(static_cast<Object*>(memory))) {}
  Object& object() { return object_; }

 private:
  Object& object_;
};

class Mutex : public InRegion<boost::interprocess::interprocess_mutex> {
 public:
  static void create(void* memory, const Config& /*config*/) { new (memory) boost::interprocess::interprocess_mutex; }
  Mutex(void* memory, const Config& /*config*/, Participant /*self*/) : InRegion(memory) {}
  Acquired lock() {
    object().lock();
    return Acquired::clean;
  }
  void unlock() { object().unlock(); }
};

class Semaphore : public InRegion<boost::interprocess::interprocess_semaphore> {
 public:
  static void create(void* memory, const Config& config) {
    new (memory) boost::interprocess::interprocess_semaphore(config.initial_permits);
  }
  Semaphore(void* memory, const Config& /*config*/, Participant /*self*/) : InRegion(memory) {}
  void wait() { object().wait(); }
  void post() { object().post(); }
  Acquired lock() {
    wait();
    return Acquired::clean;
  }
  void unlock() { post(); }
};
#else
inline constexpr const char* missing = "this build lacks Boost.Interprocess (Debian package libboost-dev)";
using Mutex = AbsentLock;
using Semaphore = AbsentLock;
#endif

/// On POSIX systems it is a process-shared pthread mutex, so what it shows beside pthread_mutex is what the wrapper costs.
template <class Env>
class BoostInterprocessMutex : public Mutex {
 public:
  static constexpr Descriptor descriptor{
      .name = "boost_interprocess_mutex",
      .summary = "Boost.Interprocess' mutex in the region",
      .source = "boost::interprocess::interprocess_mutex, Boost 1.74 (Debian package libboost-dev)",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks}};
  static std::string unavailable() { return missing; }
  using Mutex::Mutex;
};

/// On POSIX systems it is an unnamed semaphore (sem_init(3)).
template <class Env>
class BoostInterprocessSemaphore : public Semaphore {
 public:
  static constexpr Descriptor descriptor{
      .name = "boost_interprocess_semaphore",
      .summary = "Boost.Interprocess' semaphore in the region",
      .source = "boost::interprocess::interprocess_semaphore, Boost 1.74 (Debian package libboost-dev)",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks, .poster = OnDeath::blocks}};
  static std::string unavailable() { return missing; }
  using Semaphore::Semaphore;
};

using Plugins = Variants<BoostInterprocessMutex, BoostInterprocessSemaphore>;

}  // namespace shmlab::strategies::boost_interprocess
