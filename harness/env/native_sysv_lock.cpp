#include "env/native_sysv_lock.hpp"

#include <sys/ipc.h>
#include <sys/sem.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <system_error>

#include "shm/run_names.hpp"
#include "shm/sysv_set.hpp"

namespace shmlab::env {
namespace {

static_assert(shm::sysv_prefix.size() + shm::name_length < sizeof(NativeSysvLock::Shared::name), "the name and its NUL must fit");

constexpr short one_permit = 1;

[[noreturn]] void fail(const char* call) {
  throw std::system_error(errno, std::system_category(), call);
}

sembuf change(short by, short flags) {
  return {.sem_num = 0, .sem_op = by, .sem_flg = static_cast<short>(SEM_UNDO | flags)};
}

}  // namespace

void NativeSysvLock::create(Shared& shared) {
  const shm::SysvSet set = shm::create_sysv_set(one_permit);
  shared.id = set.id;
  shared.name.fill('\0');
  std::ranges::copy(set.name, shared.name.begin());
}

void NativeSysvLock::dispose(const Shared& shared) {
  const std::string_view name(shared.name.data(), strnlen(shared.name.data(), shared.name.size()));
  const bool is_ours = name.starts_with(shm::sysv_prefix) && shm::is_name_of_this_run(name.substr(shm::sysv_prefix.size()));
  if (is_ours) { shm::remove_sysv_set(name); }
}

void NativeSysvLock::lock() {
  sembuf take = change(-one_permit, 0);
  while (semop(id_, &take, 1) == -1) {
    if (errno != EINTR) { fail("semop"); }
  }
}

bool NativeSysvLock::try_lock() {
  sembuf take = change(-one_permit, IPC_NOWAIT);
  while (semop(id_, &take, 1) == -1) {
    if (errno == EAGAIN) { return false; }
    if (errno != EINTR) { fail("semop"); }
  }
  return true;
}

bool NativeSysvLock::lock_until(Deadline deadline) {
  sembuf take = change(-one_permit, 0);
  for (;;) {
    // semtimedop(2) takes a length of time, which is measured by CLOCK_MONOTONIC.
    const Deadline now = Deadline::clock::now();
    const timespec time = to_timespec(Deadline(std::max(deadline, now) - now));
    if (semtimedop(id_, &take, 1, &time) == 0) { return true; }
    if (errno == EAGAIN) {
      if (Deadline::clock::now() >= deadline) { return false; }
      continue;
    }
    if (errno != EINTR) { fail("semtimedop"); }
  }
}

void NativeSysvLock::unlock() {
  sembuf give = change(one_permit, 0);
  while (semop(id_, &give, 1) == -1) {
    if (errno != EINTR) { fail("semop"); }
  }
}

}  // namespace shmlab::env
