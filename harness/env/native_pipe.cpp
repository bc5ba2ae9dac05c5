#include "env/native_pipe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "env/carried_descriptors.hpp"
#include "env/whole_message.hpp"
#include "shm/system_limit.hpp"

namespace shmlab::env {
namespace {

using shm::FileDescriptor;

constexpr const char* size_limit = "/proc/sys/fs/pipe-max-size";

/// A write goes to the end of the last page, or to a new one; room at the front of the first page is not used again until that page is read to its end.
std::uint64_t bytes_for(const MessageShape& shape) {
  constexpr std::uint64_t page = 4096;
  if (shape.bytes % page == 0) { return std::uint64_t{shape.messages} * shape.bytes; }  // none begins in the middle of a page
  if (shape.bytes > page) { return page * (1 + shape.messages * (shape.bytes / page + 1)); }
  const std::uint64_t each_page = page / shape.bytes;
  return page * (1 + (shape.messages - 1 + each_page - 1) / each_page);
}

/// Another description of the same end (proc(5), /proc/PID/fd).
FileDescriptor reopened(const FileDescriptor& end, int flags) {
  FileDescriptor again(open(fmt::format("/proc/self/fd/{}", end.get()).c_str(), flags | O_CLOEXEC | O_NONBLOCK));
  if (again.get() < 0) {
    throw Unavailable(
        fmt::format("a pipe cannot be opened a second time through /proc ({})", std::system_category().message(errno)));
  }
  return again;
}

}  // namespace

std::string NativePipe::refuses(const MessageShape& shape) {
  if (shape.bytes > most_bytes) { return fmt::format("allows messages of {} bytes, the case has {}", most_bytes, shape.bytes); }
  if (shape.bytes > most_atomic_bytes && !shape.is_one_to_one()) {
    return fmt::format("a write is atomic up to {} bytes, the case has {} and more than one writer or reader", most_atomic_bytes,
                       shape.bytes);
  }
  const std::uint64_t most = shm::system_limit(size_limit);
  const std::uint64_t needed = bytes_for(shape);
  if (needed <= most || shm::may_exceed_limits()) { return {}; }
  return fmt::format("{} allows a pipe of {} bytes, the case needs {}", size_limit, most, needed);
}

void NativePipe::create(Shared& shared, const MessageShape& shape) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw BadInput(fmt::format("no pipe is to be had (see ulimit -n): {}", std::system_category().message(errno)));
  }
  FileDescriptor reader(ends[0]);
  FileDescriptor writer(ends[1]);
  if (fcntl(writer.get(), F_SETPIPE_SZ, static_cast<int>(bytes_for(shape))) < 0) {
    throw Unavailable(
        fmt::format("the kernel gives no pipe of {} bytes ({})", bytes_for(shape), std::system_category().message(errno)));
  }
  shared.tries_to_send = CarriedDescriptors::add(reopened(writer, O_WRONLY));
  shared.tries_to_receive = CarriedDescriptors::add(reopened(reader, O_RDONLY));
  shared.waits_to_send = CarriedDescriptors::add(std::move(writer));
  shared.waits_to_receive = CarriedDescriptors::add(std::move(reader));
}

void NativePipe::dispose(const Shared& shared) {
  for (const std::uint32_t ticket :
       {shared.waits_to_send, shared.waits_to_receive, shared.tries_to_send, shared.tries_to_receive}) {
    CarriedDescriptors::drop(ticket);
  }
}

NativePipe::NativePipe(const Shared& shared)
    : waits_to_send_(CarriedDescriptors::at(shared.waits_to_send)),
      waits_to_receive_(CarriedDescriptors::at(shared.waits_to_receive)),
      tries_to_send_(CarriedDescriptors::at(shared.tries_to_send)),
      tries_to_receive_(CarriedDescriptors::at(shared.tries_to_receive)) {}

// On the descriptors that wait nothing is refused with EAGAIN.

void NativePipe::send(std::span<const std::byte> message) {
  const auto pass = [this](std::span<const std::byte> part) { return write(waits_to_send_, part.data(), part.size()); };
  if (message.size() > most_atomic_bytes) { return pass_in_parts(message, "write (pipe)", pass); }
  passed_whole(uninterrupted([&] { return pass(message); }), message.size(), "write (pipe)");
}

void NativePipe::receive(std::span<std::byte> into) {
  const auto pass = [this](std::span<std::byte> part) { return read(waits_to_receive_, part.data(), part.size()); };
  if (into.size() > most_atomic_bytes) { return pass_in_parts(into, "read (pipe)", pass); }
  passed_whole(uninterrupted([&] { return pass(into); }), into.size(), "read (pipe)");
}

bool NativePipe::try_send(std::span<const std::byte> message) {
  const ssize_t passed = uninterrupted([&] { return write(tries_to_send_, message.data(), message.size()); });
  if (message.size() <= most_atomic_bytes) { return passed_whole(passed, message.size(), "write (pipe)"); }
  return began_in_parts(passed, message, "write (pipe)",
                        [this](std::span<const std::byte> part) { return write(waits_to_send_, part.data(), part.size()); });
}

bool NativePipe::try_receive(std::span<std::byte> into) {
  const ssize_t passed = uninterrupted([&] { return read(tries_to_receive_, into.data(), into.size()); });
  if (into.size() <= most_atomic_bytes) { return passed_whole(passed, into.size(), "read (pipe)"); }
  return began_in_parts(passed, into, "read (pipe)",
                        [this](std::span<std::byte> part) { return read(waits_to_receive_, part.data(), part.size()); });
}

}  // namespace shmlab::env
