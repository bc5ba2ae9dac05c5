#include "shm/nameless_queue.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <mqueue.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "contract/error.hpp"
#include "shm/system_mark.hpp"

namespace shmlab::shm {
namespace {

std::string queue_of(std::string_view mark) {
  return fmt::format("/{}", mark);
}

[[noreturn]] void refuse(int error, std::uint32_t messages, std::uint32_t bytes) {
  const std::string reason = std::system_category().message(error);
  switch (error) {
    case ENOSYS: throw Unavailable(fmt::format("POSIX message queues are missing in this kernel ({})", reason));
    case ENOSPC: throw BadInput(fmt::format("POSIX message queues are used up: see /proc/sys/fs/mqueue/queues_max ({})", reason));
    default:
      throw Unavailable(
          fmt::format("the system gives no POSIX message queue for {} messages of {} bytes: see ulimit -q and "
                      "/proc/sys/fs/mqueue ({})",
                      messages, bytes, reason));
  }
}

}  // namespace

FileDescriptor open_nameless_queue(std::uint32_t messages, std::uint32_t bytes) {
  constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
  mq_attr shape{};
  shape.mq_maxmsg = messages;
  shape.mq_msgsize = bytes;
  const std::string mark = make_mark(mqueue_prefix, "POSIX message queue");
  // glibc opens it with O_CLOEXEC or without, as it is told.
  FileDescriptor queue(mq_open(queue_of(mark).c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, owner_only, &shape));
  const int error = errno;
  remove_marked_mqueue(mark);
  remove_mark(mark);
  if (queue.get() < 0) { refuse(error, messages, bytes); }
  return queue;
}

void remove_marked_mqueue(std::string_view name) {
  mq_unlink(queue_of(name).c_str());  // ENOENT: it was not made yet, or has no name any more
}

}  // namespace shmlab::shm
