#include "shm/sysv_set.hpp"

#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "contract/error.hpp"
#include "shm/system_mark.hpp"

namespace shmlab::shm {
namespace {

constexpr int owner_only = S_IRUSR | S_IWUSR;

/// semctl(2): the caller defines it.
union SemaphoreArgument {
  int value;
  semid_ds* status;
};

[[noreturn]] void refuse_set(int error) {
  const std::string reason = std::system_category().message(error);
  switch (error) {
    case ENOSYS: throw Unavailable(fmt::format("System V semaphores are missing in this kernel ({})", reason));
    case ENOSPC:
    case ENOMEM: throw BadInput(fmt::format("System V semaphores are used up: see `ipcs -s`, `sysctl kernel.sem` ({})", reason));
    default: throw std::system_error(error, std::system_category(), "semget");
  }
}

}  // namespace

SysvSet create_sysv_set(int value) {
  for (;;) {
    SysvSet set{.name = make_mark(sysv_prefix, "System V semaphore")};
    set.id = semget(key_of_mark(set.name), 1, IPC_CREAT | IPC_EXCL | owner_only);
    const int error = errno;
    if (set.id == -1) {
      remove_mark(set.name);
      if (error == EEXIST) { continue; }  // somebody else's set has that key: another name has another key
      refuse_set(error);
    }
    if (semctl(set.id, 0, SETVAL, SemaphoreArgument{.value = value}) == -1) {
      const int refused = errno;
      remove_sysv_set(set.name);
      throw std::system_error(refused, std::system_category(), "semctl(SETVAL)");
    }
    return set;
  }
}

void remove_marked_set(std::string_view name) {
  const int id = semget(key_of_mark(name), 0, 0);  // ENOENT: it was not made yet, or is gone
  semid_ds status{};
  if (id != -1 && semctl(id, 0, IPC_STAT, SemaphoreArgument{.status = &status}) == 0 && status.sem_perm.cuid == geteuid()) {
    semctl(id, 0, IPC_RMID);  // EIDRM: somebody was faster
  }
}

void remove_sysv_set(std::string_view name) {
  remove_marked_set(name);
  remove_mark(name);
}

}  // namespace shmlab::shm
