#include "shm/sysv_queue.hpp"

#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "contract/error.hpp"
#include "shm/system_mark.hpp"

namespace shmlab::shm {
namespace {

[[noreturn]] void refuse_queue(int error) {
  const std::string reason = std::system_category().message(error);
  switch (error) {
    case ENOSYS: throw Unavailable(fmt::format("System V message queues are missing in this kernel ({})", reason));
    case ENOSPC:
    case ENOMEM:
      throw BadInput(fmt::format("System V message queues are used up: see `ipcs -q`, `sysctl kernel.msgmni` ({})", reason));
    default: throw std::system_error(error, std::system_category(), "msgget");
  }
}

/// Beyond kernel.msgmnb that takes a privilege (msgctl(2), IPC_SET).
void resize(const SysvQueue& queue, std::uint64_t bytes) {
  msqid_ds status{};
  if (msgctl(queue.id, IPC_STAT, &status) == -1) { throw std::system_error(errno, std::system_category(), "msgctl(IPC_STAT)"); }
  status.msg_qbytes = bytes;
  if (msgctl(queue.id, IPC_SET, &status) == -1) {
    throw Unavailable(
        fmt::format("the kernel gives no System V message queue of {} bytes ({})", bytes, std::system_category().message(errno)));
  }
}

}  // namespace

SysvQueue create_sysv_queue(std::uint64_t bytes) {
  constexpr int owner_only = S_IRUSR | S_IWUSR;
  for (;;) {
    SysvQueue queue{.name = make_mark(sysv_queue_prefix, "System V message queue")};
    queue.id = msgget(key_of_mark(queue.name), IPC_CREAT | IPC_EXCL | owner_only);
    const int error = errno;
    if (queue.id == -1) {
      remove_mark(queue.name);
      if (error == EEXIST) { continue; }  // somebody else's queue has that key: another name has another key
      refuse_queue(error);
    }
    try {
      resize(queue, bytes);
    } catch (const std::exception&) {
      remove_sysv_queue(queue.name);
      throw;
    }
    return queue;
  }
}

void remove_marked_queue(std::string_view name) {
  const int id = msgget(key_of_mark(name), 0);  // ENOENT: it was not made yet, or is gone
  msqid_ds status{};
  if (id != -1 && msgctl(id, IPC_STAT, &status) == 0 && status.msg_perm.cuid == geteuid()) {
    msgctl(id, IPC_RMID, nullptr);  // EIDRM: somebody was faster
  }
}

void remove_sysv_queue(std::string_view name) {
  remove_marked_queue(name);
  remove_mark(name);
}

}  // namespace shmlab::shm
