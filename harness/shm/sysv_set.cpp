#include "shm/sysv_set.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "contract/error.hpp"
#include "shm/run_names.hpp"

namespace shmlab::shm {
namespace {

constexpr int owner_only = S_IRUSR | S_IWUSR;

/// semctl(2): the caller defines it.
union SemaphoreArgument {
  int value;
  semid_ds* status;
};

/// FNV-1a (Fowler, Noll, Vo; RFC 9923), in the 31 bits of a key; never IPC_PRIVATE.
key_t key_of(std::string_view name) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char letter : name) { hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100'0000'01b3; }
  constexpr std::uint64_t mask = 0x7fff'ffff;
  const auto key = static_cast<key_t>((hash ^ hash >> 32U) & mask);
  return key == IPC_PRIVATE ? 1 : key;
}

std::string path_of(std::string_view name) {
  return fmt::format("{}/{}", shm_directory, name);
}

[[noreturn]] void refuse_file(int error) {
  const std::string reason = std::system_category().message(error);
  throw BadInput(fmt::format("System V semaphore: {} cannot be written ({})", shm_directory, reason));
}

[[noreturn]] void refuse_set(int error) {
  const std::string reason = std::system_category().message(error);
  switch (error) {
    case ENOSYS: throw Unavailable(fmt::format("System V semaphores are missing in this kernel ({})", reason));
    case ENOSPC:
    case ENOMEM: throw BadInput(fmt::format("System V semaphores are used up: see `ipcs -s`, `sysctl kernel.sem` ({})", reason));
    default: throw std::system_error(error, std::system_category(), "semget");
  }
}

/// An empty file of a new name.
std::string mark() {
  std::string name = fmt::format("{}{}", sysv_prefix, fresh_name());
  const int file = open(path_of(name).c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (file == -1) { refuse_file(errno); }
  close(file);  // cannot fail usefully: nothing was written
  return name;
}

void unmark(std::string_view name) {
  unlink(path_of(name).c_str());  // gone already is fine, and nothing else can be done about it here
}

}  // namespace

SysvSet create_sysv_set(int value) {
  for (;;) {
    SysvSet set{.name = mark()};
    set.id = semget(key_of(set.name), 1, IPC_CREAT | IPC_EXCL | owner_only);
    const int error = errno;
    if (set.id == -1) {
      unmark(set.name);
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
  const int id = semget(key_of(name), 0, 0);  // ENOENT: it was not made yet, or is gone
  semid_ds status{};
  if (id != -1 && semctl(id, 0, IPC_STAT, SemaphoreArgument{.status = &status}) == 0 && status.sem_perm.cuid == geteuid()) {
    semctl(id, 0, IPC_RMID);  // EIDRM: somebody was faster
  }
}

void remove_sysv_set(std::string_view name) {
  remove_marked_set(name);
  unmark(name);
}

}  // namespace shmlab::shm
