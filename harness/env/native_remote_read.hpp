#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "contract/config.hpp"
#include "env/message_shape.hpp"

namespace shmlab::env {

/// Messages that the receiver fetches from the memory of the sender with process_vm_readv(2): the kernel copies them once, from process to
/// process, and the region holds only the counts of a ring (Lamport) and where the slots are. One sender, one receiver; nobody waits.
///
/// The slots go with the sender's endpoint. So its destructor waits until all is fetched, or the receiver has left or died. Where the sender
/// dies, its receiver is told so once (std::system_error, std::errc::owner_dead), and what it had not fetched is lost. (A process that came to
/// the dead one's number meanwhile would be read instead, where it has memory at that address.)
class NativeRemoteRead {
 public:
  /// What lies in the region.
  struct Shared {
    alignas(line_pair_bytes) std::atomic<std::uint64_t> sent{0};     ///< advanced by the sender
    std::atomic<pid_t> sender{0};                                    ///< in whose memory the slots are
    std::atomic<std::uintptr_t> slots{0};                            ///< where, as an address of the sender's
    alignas(line_pair_bytes) std::atomic<std::uint64_t> fetched{0};  ///< advanced by the receiver
    std::atomic<pid_t> receiver{0};                                  ///< 0: not there yet; -1: has left
  };

  /// Why this machine does not let one process read the other (Documentation/admin-guide/LSM/Yama.rst, seccomp), or empty.
  static std::string unavailable();

  NativeRemoteRead(Shared& shared, const MessageShape& shape) : shared_(&shared), shape_(shape) {}
  NativeRemoteRead(NativeRemoteRead&& other) noexcept;
  ~NativeRemoteRead();
  NativeRemoteRead(const NativeRemoteRead&) = delete;
  NativeRemoteRead& operator=(const NativeRemoteRead&) = delete;
  NativeRemoteRead& operator=(NativeRemoteRead&&) = delete;

  /// false: there was no room, or nothing. `message` and `into` are as long as the messages of the shape.
  /// Throws std::bad_alloc when there is no memory for the slots, which the first message sent asks for.
  bool try_send(std::span<const std::byte> message);
  /// Throws std::system_error: owner_dead as above, or what process_vm_readv(2) says.
  bool try_receive(std::span<std::byte> into);

 private:
  static constexpr pid_t has_left = -1;

  void move_in();
  [[nodiscard]] bool is_awaited() const;
  [[nodiscard]] std::size_t offset(std::uint64_t count) const { return count % shape_.messages * shape_.bytes; }

  Shared* shared_;
  MessageShape shape_;
  std::unique_ptr<std::byte[]> slots_;  ///< the sender's
  bool receives_ = false;
};

}  // namespace shmlab::env
