#include "run/message_socket.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "contract/error.hpp"

namespace shmlab::run {

namespace {

/// Room for the descriptors of a message.
struct Attachment {
  alignas(cmsghdr) char bytes[CMSG_SPACE(most_descriptors * sizeof(int))] = {};
};

}  // namespace

std::pair<FileDescriptor, FileDescriptor> message_pair() {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

bool send_message(int socket, const void* message, std::size_t bytes, std::span<const int> descriptors) {
  if (descriptors.size() > most_descriptors) {
    throw BadInput(fmt::format("a message carries at most {} descriptors, not {}", most_descriptors, descriptors.size()));
  }
  iovec part{const_cast<void*>(message), bytes};  // sendmsg() does not write to it
  Attachment attachment;
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = attachment.bytes;
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* attached = CMSG_FIRSTHDR(&header);
    attached->cmsg_level = SOL_SOCKET;
    attached->cmsg_type = SCM_RIGHTS;
    attached->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(attached), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t sent = 0;
  do { sent = sendmsg(socket, &header, MSG_NOSIGNAL); } while (sent < 0 && errno == EINTR);
  if (sent < 0 && errno == ETOOMANYREFS) {
    throw BadInput("too many descriptors are on their way to participants (see ulimit -n)");
  }
  return sent == static_cast<ssize_t>(bytes);
}

Received receive_message(int socket, void* message, std::size_t bytes) {
  iovec part{message, bytes};
  Attachment attachment;
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = attachment.bytes;
  header.msg_controllen = sizeof attachment.bytes;
  ssize_t got = 0;
  do { got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC); } while (got < 0 && errno == EINTR);
  Received received;
  received.whole = got == static_cast<ssize_t>(bytes);
  const cmsghdr* attached = got < 0 ? nullptr : CMSG_FIRSTHDR(&header);
  if (attached == nullptr || attached->cmsg_level != SOL_SOCKET || attached->cmsg_type != SCM_RIGHTS) { return received; }
  const std::size_t count = (attached->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (std::size_t i = 0; i < count; ++i) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(attached) + i * sizeof fd, sizeof fd);
    received.descriptors.emplace_back(fd);
  }
  return received;
}

}  // namespace shmlab::run
