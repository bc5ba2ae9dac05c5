#pragma once

#include <cstddef>
#include <optional>
#include <utility>

namespace shmlab::run {

/// A file descriptor with an owner.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = other.release();
    }
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

/// Two connected ends for whole messages (SOCK_SEQPACKET), close-on-exec. Throws std::system_error.
std::pair<FileDescriptor, FileDescriptor> message_pair();

/// Sends one message, with a descriptor when `fd` >= 0. false: the other end is gone.
bool send_message(int socket, const void* message, std::size_t bytes, int fd = -1);

/// What receive_message() got.
struct Received {
  bool whole = false;  ///< a message of the expected size; otherwise the other end is gone
  FileDescriptor fd;   ///< the descriptor that came with it, or none
};
Received receive_message(int socket, void* message, std::size_t bytes);

}  // namespace shmlab::run
