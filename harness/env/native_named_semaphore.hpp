#pragma once

#include <semaphore.h>

#include <array>
#include <cstdint>

#include "env/deadline.hpp"

namespace shmlab::env {

/// A named POSIX semaphore (sem_overview(7)). Its random name lies in the region, so that participants can open it;
/// the semaphore itself lives in a file of its own under /dev/shm.
class NativeNamedSemaphore {
 public:
  /// What lies in the region: the name, NUL-terminated.
  struct Shared {
    std::array<char, 64> name;
  };

  /// Creates the semaphore under a fresh name of this run (O_CREAT | O_EXCL, mode 0600) and writes the name to `shared`.
  /// Not by sem_open(): glibc's makes the file under a temporary name first, `sem.XXXXXX`, and who is killed then leaves it behind
  /// without a trace of whose it was. Here the file has its name from the start, so that the run's clean-up finds it; what it holds
  /// is what sem_init(3) with pshared makes, which is also what sem_open() would write.
  /// Throws Unavailable when the system cannot (no /dev/shm), BadInput when /dev/shm is full.
  static void create(Shared& shared, std::uint32_t permits);
  /// Unlinks the name; ENOENT (already done) is fine. Those who have it open keep it.
  static void retire(const Shared& shared);

  /// Opens by name. Throws std::system_error when it is gone.
  explicit NativeNamedSemaphore(const Shared& shared);
  ~NativeNamedSemaphore();
  NativeNamedSemaphore(NativeNamedSemaphore&& other) noexcept;
  NativeNamedSemaphore(const NativeNamedSemaphore&) = delete;
  NativeNamedSemaphore& operator=(const NativeNamedSemaphore&) = delete;
  NativeNamedSemaphore& operator=(NativeNamedSemaphore&&) = delete;

  void wait();
  /// Takes one permit if there is one; never sleeps.
  bool try_wait();
  /// Takes one permit, sleeping at most until the deadline (sem_clockwait(3)); goes on after EINTR. false: there was none.
  bool wait_until(Deadline deadline);
  void post();

 private:
  sem_t* semaphore_;
};

}  // namespace shmlab::env
