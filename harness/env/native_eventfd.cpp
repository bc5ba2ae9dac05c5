#include "env/native_eventfd.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "env/carried_descriptors.hpp"
#include "env/descriptor_order.hpp"
#include "shm/file_descriptor.hpp"

namespace shmlab::env {

void NativeEventfd::create(Shared& shared, std::uint32_t permits) {
  shm::FileDescriptor opened(eventfd(permits, EFD_CLOEXEC | EFD_SEMAPHORE));
  if (opened.get() < 0) { throw BadInput(fmt::format("eventfd: none can be opened ({})", std::strerror(errno))); }
  shared.ticket = CarriedDescriptors::add(std::move(opened));
}

void NativeEventfd::dispose(const Shared& shared) {
  CarriedDescriptors::drop(shared.ticket);
}

NativeEventfd::NativeEventfd(const Shared& shared) : descriptor_(CarriedDescriptors::at(shared.ticket)) {}

void NativeEventfd::wait() {
  std::uint64_t taken = 0;
  while (read(descriptor_, &taken, sizeof taken) == -1) {
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "read (eventfd)"); }
  }
  acquire_through(descriptor_);
}

void NativeEventfd::post() {
  const std::uint64_t one = 1;
  release_through(descriptor_);
  while (write(descriptor_, &one, sizeof one) == -1) {
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "write (eventfd)"); }
  }
}

}  // namespace shmlab::env
