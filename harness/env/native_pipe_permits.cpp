#include "env/native_pipe_permits.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "env/carried_descriptors.hpp"
#include "env/descriptor_order.hpp"
#include "shm/file_descriptor.hpp"

namespace shmlab::env {

void NativePipePermits::create(Shared& shared, std::uint32_t permits) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) == -1) { throw BadInput(fmt::format("pipe: none can be opened ({})", std::strerror(errno))); }
  shm::FileDescriptor taking(ends[0]);
  shm::FileDescriptor giving(ends[1]);
  const std::string tokens(permits, '.');
  const int capacity = fcntl(giving.get(), F_GETPIPE_SZ);  // cannot fail: it is a pipe
  if (permits > static_cast<std::uint32_t>(capacity)) {
    throw BadInput(fmt::format("pipe: {} permits, expected at most {}, which it holds", permits, capacity));
  }
  // Whole and at once: there is room for it.
  if (permits != 0 && write(giving.get(), tokens.data(), tokens.size()) != static_cast<ssize_t>(permits)) {
    throw std::system_error(errno, std::system_category(), "write (pipe)");
  }
  shared.taking = CarriedDescriptors::add(std::move(taking));
  shared.giving = CarriedDescriptors::add(std::move(giving));
}

void NativePipePermits::dispose(const Shared& shared) {
  CarriedDescriptors::drop(shared.taking);
  CarriedDescriptors::drop(shared.giving);
}

NativePipePermits::NativePipePermits(const Shared& shared)
    : taking_(CarriedDescriptors::at(shared.taking)), giving_(CarriedDescriptors::at(shared.giving)) {}

void NativePipePermits::wait() {
  char token = 0;
  // 0 would be the end of the pipe, which does not come while this process has the other end.
  while (read(taking_, &token, 1) != 1) {
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "read (pipe)"); }
  }
  acquire_through(giving_);
}

void NativePipePermits::post() {
  const char token = '.';
  release_through(giving_);
  // EPIPE cannot be: this process has the other end.
  while (write(giving_, &token, 1) == -1) {
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "write (pipe)"); }
  }
}

}  // namespace shmlab::env
