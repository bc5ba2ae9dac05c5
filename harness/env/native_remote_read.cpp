#include "env/native_remote_read.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

namespace shmlab::env {
namespace {

/// Like process_vm_readv(2), of one piece.
ssize_t read_from(pid_t process, std::uintptr_t address, std::span<std::byte> into) {
  const iovec local{into.data(), into.size()};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of another process, which nobody follows here
  const iovec remote{reinterpret_cast<void*>(address), into.size()};
  return process_vm_readv(process, &local, 1, &remote, 1, 0);
}

/// Who may attach to whom (Yama); 0 where the kernel has no such restriction.
int ptrace_scope() {
  int scope = 0;
  std::ifstream("/proc/sys/kernel/yama/ptrace_scope") >> scope;
  return scope;
}

}  // namespace

std::string NativeRemoteRead::unavailable() {
  std::byte from{1};
  std::byte into{0};
  if (read_from(getpid(), reinterpret_cast<std::uintptr_t>(&from), {&into, 1}) != 1) {
    return fmt::format("process_vm_readv is refused here ({})", std::system_category().message(errno));
  }
  // 1: a sender can permit it. 2: only to administrators. 3: to nobody.
  const int scope = ptrace_scope();
  if (scope < 2 || (scope == 2 && geteuid() == 0)) { return {}; }
  return fmt::format("/proc/sys/kernel/yama/ptrace_scope is {}: no process may read another's memory", scope);
}

NativeRemoteRead::NativeRemoteRead(NativeRemoteRead&& other) noexcept
    : shared_(other.shared_),
      shape_(other.shape_),
      slots_(std::move(other.slots_)),
      receives_(std::exchange(other.receives_, false)) {}

NativeRemoteRead::~NativeRemoteRead() {
  // relaxed: no data goes with it; the sender only leaves.
  if (receives_) { shared_->receiver.store(has_left, std::memory_order_relaxed); }
  while (slots_ != nullptr && is_awaited()) { std::this_thread::sleep_for(std::chrono::microseconds(50)); }
}

/// Whether a receiver may still fetch from the slots.
bool NativeRemoteRead::is_awaited() const {
  // relaxed: nobody else writes it.
  const std::uint64_t sent = shared_->sent.load(std::memory_order_relaxed);
  // acquire: pairs with the release in try_receive(): the slots have been read before they go.
  if (sent == shared_->fetched.load(std::memory_order_acquire)) { return false; }
  // relaxed: as in the destructor.
  const pid_t receiver = shared_->receiver.load(std::memory_order_relaxed);
  // Whoever may be read may be asked for; ESRCH: it has died.
  return receiver == 0 || (receiver != has_left && (kill(receiver, 0) == 0 || errno != ESRCH));
}

void NativeRemoteRead::move_in() {
  slots_ = std::make_unique<std::byte[]>(std::size_t{shape_.messages} * shape_.bytes);
  // Without Yama there is no such option (EINVAL), and no need of it.
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  // relaxed: the release of `sent` comes after, whose acquire the receiver makes before it looks here.
  shared_->slots.store(reinterpret_cast<std::uintptr_t>(slots_.get()), std::memory_order_relaxed);
  shared_->sender.store(getpid(), std::memory_order_relaxed);
}

bool NativeRemoteRead::try_send(std::span<const std::byte> message) {
  // relaxed: nobody else writes it.
  const std::uint64_t sent = shared_->sent.load(std::memory_order_relaxed);
  // acquire: pairs with the release in try_receive(): the slot has been read before it is written again.
  if (sent - shared_->fetched.load(std::memory_order_acquire) == shape_.messages) { return false; }
  if (slots_ == nullptr) { move_in(); }
  std::memcpy(slots_.get() + offset(sent), message.data(), message.size());
  // release: pairs with the acquire in try_receive().
  shared_->sent.store(sent + 1, std::memory_order_release);
  return true;
}

bool NativeRemoteRead::try_receive(std::span<std::byte> into) {
  if (!receives_) {
    receives_ = true;
    // relaxed: as in the destructor.
    shared_->receiver.store(getpid(), std::memory_order_relaxed);
  }
  // relaxed: nobody else writes it.
  const std::uint64_t fetched = shared_->fetched.load(std::memory_order_relaxed);
  // acquire: pairs with the release in try_send().
  const std::uint64_t sent = shared_->sent.load(std::memory_order_acquire);
  if (sent == fetched) { return false; }
  // relaxed, both: stored before the release of `sent`.
  const std::uintptr_t slots = shared_->slots.load(std::memory_order_relaxed);
  const pid_t sender = shared_->sender.load(std::memory_order_relaxed);
  const ssize_t got = read_from(sender, slots + offset(fetched), into);
  if (got == static_cast<ssize_t>(into.size())) {
    // release: pairs with the acquire in try_send().
    shared_->fetched.store(fetched + 1, std::memory_order_release);
    return true;
  }
  // EFAULT, or less than was asked for: it is another process by now.
  const bool is_gone = got >= 0 || errno == ESRCH || errno == EFAULT;
  const int error = is_gone ? static_cast<int>(std::errc::owner_dead) : errno;
  // release: pairs with the acquire in try_send(). What it had left is lost.
  if (is_gone) { shared_->fetched.store(sent, std::memory_order_release); }
  throw std::system_error(error, std::generic_category(), "process_vm_readv from the sender");
}

}  // namespace shmlab::env
