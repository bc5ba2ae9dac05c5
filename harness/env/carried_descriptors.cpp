#include "env/carried_descriptors.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "contract/error.hpp"

namespace shmlab::env {
namespace {

/// Above those that a participant is given by number: region, orders, and `most` of these.
constexpr int lowest_number = 128;

}  // namespace

std::array<shm::FileDescriptor, CarriedDescriptors::most>& CarriedDescriptors::set() {
  static std::array<shm::FileDescriptor, most> descriptors;
  return descriptors;
}

std::uint32_t CarriedDescriptors::add(shm::FileDescriptor fd) {
  const auto free = std::ranges::find_if(set(), [](const auto& descriptor) { return descriptor.get() < 0; });
  if (free == set().end()) { throw BadInput(fmt::format("a case carries at most {} descriptors", most)); }
  *free = shm::FileDescriptor(fcntl(fd.get(), F_DUPFD_CLOEXEC, lowest_number));
  // EBADF would be a caller with nothing to add; EINVAL: the limit is below `lowest_number`
  if (free->get() < 0) {
    throw BadInput(fmt::format("no descriptor is left for a case (see ulimit -n): {}", std::strerror(errno)));
  }
  return static_cast<std::uint32_t>(free - set().begin());
}

int CarriedDescriptors::at(std::uint32_t ticket) {
  if (ticket >= most || set()[ticket].get() < 0) {
    throw std::out_of_range(fmt::format("no descriptor was carried here under the ticket {}", ticket));
  }
  return set()[ticket].get();
}

void CarriedDescriptors::drop(std::uint32_t ticket) {
  if (ticket < most) { set()[ticket].reset(); }
}

std::vector<int> CarriedDescriptors::all() {
  std::vector<int> numbers;
  for (const shm::FileDescriptor& descriptor : set()) {
    if (descriptor.get() >= 0) { numbers.push_back(descriptor.get()); }
  }
  return numbers;
}

void CarriedDescriptors::adopt(std::vector<shm::FileDescriptor> descriptors) {
  if (descriptors.size() > most) { throw BadInput(fmt::format("a case carries at most {} descriptors", most)); }
  clear();
  std::ranges::move(descriptors, set().begin());
}

void CarriedDescriptors::clear() {
  for (shm::FileDescriptor& descriptor : set()) { descriptor.reset(); }
}

}  // namespace shmlab::env
