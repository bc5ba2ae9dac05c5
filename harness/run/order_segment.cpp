#include "run/order_segment.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "contract/error.hpp"

namespace shmlab::run {
namespace {

/// Participants get their descriptors as 3 and 4.
constexpr int lowest_fd = 16;

FileDescriptor make_segment() {
  const FileDescriptor fd(memfd_create("shmlab-orders", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (fd.get() < 0) { throw Unavailable(fmt::format("memfd_create: {}", std::strerror(errno))); }
  if (const int error = posix_fallocate(fd.get(), 0, sizeof(CaseOrder)); error != 0) {
    throw BadInput(fmt::format("no room for the runner's orders: {}", std::strerror(error)));
  }
  FileDescriptor high(fcntl(fd.get(), F_DUPFD_CLOEXEC, lowest_fd));
  if (high.get() < 0) { throw BadInput(fmt::format("no descriptor for the runner's orders: {}", std::strerror(errno))); }
  return high;
}

}  // namespace

std::unique_ptr<OrderSegment>& OrderSegment::current() {
  static std::unique_ptr<OrderSegment> segment;
  return segment;
}

OrderSegment& OrderSegment::instance() {
  static pid_t owner = 0;
  if (owner != getpid()) {
    // NOLINTNEXTLINE(bugprone-unused-return-value): its parent's, whose mapping it does not have; it forgets it
    (void)current().release();
    current() = std::make_unique<OrderSegment>();
    owner = getpid();
  }
  return *current();
}

int OrderSegment::inherited_fd() {
  return current() == nullptr ? -1 : current()->fd();
}

OrderSegment::OrderSegment() : fd_(make_segment()) {
  void* const memory = mmap(nullptr, sizeof(CaseOrder), PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
  if (memory == MAP_FAILED) { throw BadInput(fmt::format("cannot map the runner's orders: {}", std::strerror(errno))); }
  order_ = new (memory) CaseOrder;
  madvise(memory, sizeof(CaseOrder), MADV_DONTFORK);  // cannot fail: an ordinary mapping of ours
  constexpr int size_and_seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  // F_SEAL_FUTURE_WRITE is there since Linux 5.1 (EINVAL before); without it a participant could map the orders once more, for writing.
  if (fcntl(fd_.get(), F_ADD_SEALS, size_and_seals | F_SEAL_FUTURE_WRITE) != 0) { fcntl(fd_.get(), F_ADD_SEALS, size_and_seals); }
}

OrderSegment::~OrderSegment() {
  munmap(order_, sizeof(CaseOrder));
}

CaseOrder& OrderSegment::begin() {
  return *new (order_) CaseOrder;
}

const CaseOrder& map_orders(int fd) {
  struct stat status{};
  if (fstat(fd, &status) != 0 || static_cast<std::size_t>(status.st_size) < sizeof(CaseOrder)) {
    throw BadInput(fmt::format("descriptor {} holds no orders of a runner", fd));
  }
  const void* const memory = mmap(nullptr, sizeof(CaseOrder), PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) { throw BadInput(fmt::format("cannot map the runner's orders: {}", std::strerror(errno))); }
  return *static_cast<const CaseOrder*>(memory);
}

}  // namespace shmlab::run
