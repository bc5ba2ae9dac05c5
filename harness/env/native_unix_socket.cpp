#include "env/native_unix_socket.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

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

constexpr const char* buffer_limit = "/proc/sys/net/core/wmem_max";

/// What the kernel charges the sender's buffer for a message until it is received: the bytes with the buffer's own data, rounded up as its allocator does,
/// and what describes it (include/linux/skbuff.h, SKB_TRUESIZE). What is counted here is never less.
std::uint64_t charge(std::uint32_t bytes) {
  constexpr std::uint64_t described = 1024;
  constexpr std::uint64_t in_pages = 8192;
  constexpr std::uint32_t in_one_page = 3500;
  return bytes <= in_one_page ? 2 * std::uint64_t{bytes} + described : bytes + in_pages + described;
}

/// What SO_SNDBUF is to be set to: the kernel doubles it (socket(7)).
std::uint64_t buffer_for(const MessageShape& shape) {
  constexpr std::uint32_t piece = NativeUnixSocket::most_atomic_bytes;
  const std::uint64_t of_message = shape.bytes / piece * charge(piece) + charge(shape.bytes % piece);
  return shape.messages * of_message / 2 + shape.bytes;
}

}  // namespace

std::string NativeUnixSocket::refuses(const MessageShape& shape, Type type) {
  const bool goes_in_parts = type == Type::stream && shape.is_one_to_one();
  const std::uint32_t longest = goes_in_parts ? NativeUnixSocketOf<Type::stream>::most_bytes : most_atomic_bytes;
  if (shape.bytes > longest) {
    return goes_in_parts ? fmt::format("allows messages of {} bytes, the case has {}", longest, shape.bytes)
                         : fmt::format("a message is queued in one piece up to {} bytes, the case has {}", longest, shape.bytes);
  }
  const std::uint64_t most = shm::system_limit(buffer_limit);
  const std::uint64_t needed = buffer_for(shape);
  if (needed <= most || shm::may_exceed_socket_limits()) { return {}; }
  return fmt::format("{} allows a buffer of {} bytes, the case needs {}", buffer_limit, most, needed);
}

void NativeUnixSocket::create(Shared& shared, const MessageShape& shape, Type type) {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, (type == Type::stream ? SOCK_STREAM : SOCK_SEQPACKET) | SOCK_CLOEXEC, 0, ends) != 0) {
    const std::string reason = std::system_category().message(errno);
    if (errno == EAFNOSUPPORT) { throw Unavailable(fmt::format("the kernel has no Unix sockets ({})", reason)); }
    throw BadInput(fmt::format("no pair of sockets is to be had (see ulimit -n): {}", reason));
  }
  FileDescriptor sender(ends[0]);
  FileDescriptor receiver(ends[1]);
  const auto size = static_cast<int>(buffer_for(shape));
  // Without the right to force it the limit holds, which refuses() has looked at.
  if (setsockopt(sender.get(), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0 &&
      setsockopt(sender.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size) != 0) {
    throw Unavailable(fmt::format("the kernel gives no buffer of {} bytes ({})", size, std::system_category().message(errno)));
  }
  shared.sender = CarriedDescriptors::add(std::move(sender));
  shared.receiver = CarriedDescriptors::add(std::move(receiver));
}

void NativeUnixSocket::dispose(const Shared& shared) {
  CarriedDescriptors::drop(shared.sender);
  CarriedDescriptors::drop(shared.receiver);
}

NativeUnixSocket::NativeUnixSocket(const Shared& shared)
    : sender_(CarriedDescriptors::at(shared.sender)), receiver_(CarriedDescriptors::at(shared.receiver)) {}

void NativeUnixSocket::send(std::span<const std::byte> message) {
  const auto pass = [this](std::span<const std::byte> part) { return ::send(sender_, part.data(), part.size(), MSG_NOSIGNAL); };
  if (message.size() > most_atomic_bytes) { return pass_in_parts(message, "send (Unix socket)", pass); }
  passed_whole(uninterrupted([&] { return pass(message); }), message.size(), "send (Unix socket)");
}

void NativeUnixSocket::receive(std::span<std::byte> into) {
  const auto pass = [this](std::span<std::byte> part) { return recv(receiver_, part.data(), part.size(), 0); };
  if (into.size() > most_atomic_bytes) { return pass_in_parts(into, "recv (Unix socket)", pass); }
  passed_whole(uninterrupted([&] { return pass(into); }), into.size(), "recv (Unix socket)");
}

bool NativeUnixSocket::try_send(std::span<const std::byte> message) {
  const ssize_t passed =
      uninterrupted([&] { return ::send(sender_, message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
  if (message.size() <= most_atomic_bytes) { return passed_whole(passed, message.size(), "send (Unix socket)"); }
  return began_in_parts(passed, message, "send (Unix socket)", [this](std::span<const std::byte> part) {
    return ::send(sender_, part.data(), part.size(), MSG_NOSIGNAL);
  });
}

bool NativeUnixSocket::try_receive(std::span<std::byte> into) {
  const ssize_t passed = uninterrupted([&] { return recv(receiver_, into.data(), into.size(), MSG_DONTWAIT); });
  if (into.size() <= most_atomic_bytes) { return passed_whole(passed, into.size(), "recv (Unix socket)"); }
  return began_in_parts(passed, into, "recv (Unix socket)",
                        [this](std::span<std::byte> part) { return recv(receiver_, part.data(), part.size(), 0); });
}

}  // namespace shmlab::env
