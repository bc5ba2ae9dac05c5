#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "env/message_shape.hpp"

namespace shmlab::env {

/// A System V message queue (sysvipc(7)), all messages of the same type. The calls want the message behind a word with its type (msgop(2)), so each
/// message is copied once more on either side.
class NativeSysvQueue {
 public:
  /// Longer ones would do as well; refuses() knows the limit here (8,192 unless the administrator says otherwise).
  static constexpr std::uint32_t most_bytes = 1'048'576;

  /// What lies in the region: the identifier of the queue, and the name of the file that stands for it (shm/sysv_queue.hpp), NUL-terminated.
  struct Shared {
    int id;
    std::array<char, 76> name;
  };

  /// Why a queue cannot hold as much here (/proc/sys/kernel/msgmax, msgmnb), or empty.
  static std::string refuses(const MessageShape& shape);
  /// Throws Unavailable when the system has none or allows none of that size, BadInput when there are as many as it allows.
  static void create(Shared& shared, const MessageShape& shape);
  /// Removes the queue: whoever uses it from then on meets an error. A second time does nothing.
  static void dispose(const Shared& shared);

  explicit NativeSysvQueue(const Shared& shared) : id_(shared.id) {}

  /// All of them: `message` and `into` are as long as the messages of the queue; the waiting ones go on after EINTR.
  void send(std::span<const std::byte> message);
  void receive(std::span<std::byte> into);
  /// false: there was no room, or nothing.
  bool try_send(std::span<const std::byte> message);
  bool try_receive(std::span<std::byte> into);

 private:
  bool send_with(int flags, std::span<const std::byte> message);
  bool receive_with(int flags, std::span<std::byte> into);

  int id_;
  std::vector<std::byte> copy_{};  ///< the type and a message, at first use
};

}  // namespace shmlab::env
