#include "env/native_sysv_queue.hpp"

#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "env/whole_message.hpp"
#include "shm/run_names.hpp"
#include "shm/system_limit.hpp"
#include "shm/sysv_queue.hpp"

namespace shmlab::env {
namespace {

static_assert(shm::sysv_queue_prefix.size() + shm::name_length < sizeof(NativeSysvQueue::Shared::name),
              "the name and its NUL must fit");

constexpr const char* message_limit = "/proc/sys/kernel/msgmax";
constexpr const char* queue_limit = "/proc/sys/kernel/msgmnb";
constexpr long any_type = 0;
constexpr long the_type = 1;

std::uint64_t bytes_for(const MessageShape& shape) {
  return std::uint64_t{shape.messages} * shape.bytes;
}

/// Whether a call passed a message; false: it may not wait, and would have had to.
bool passed(ssize_t result, const char* call) {
  if (result >= 0) { return true; }
  if (errno == EAGAIN || errno == ENOMSG) { return false; }
  throw std::system_error(errno, std::system_category(), call);
}

}  // namespace

std::string NativeSysvQueue::refuses(const MessageShape& shape) {
  if (const std::uint64_t most = shm::system_limit(message_limit); shape.bytes > most) {
    return fmt::format("{} allows messages of {} bytes, the case has {}", message_limit, most, shape.bytes);
  }
  const std::uint64_t most = shm::system_limit(queue_limit);
  if (bytes_for(shape) <= most || shm::may_exceed_limits()) { return {}; }
  return fmt::format("{} allows a queue of {} bytes, the case needs {}", queue_limit, most, bytes_for(shape));
}

void NativeSysvQueue::create(Shared& shared, const MessageShape& shape) {
  const shm::SysvQueue queue = shm::create_sysv_queue(bytes_for(shape));
  shared.id = queue.id;
  shared.name.fill('\0');
  std::ranges::copy(queue.name, shared.name.begin());
}

void NativeSysvQueue::dispose(const Shared& shared) {
  const std::string_view name(shared.name.data(), strnlen(shared.name.data(), shared.name.size()));
  const bool is_ours =
      name.starts_with(shm::sysv_queue_prefix) && shm::is_name_of_this_run(name.substr(shm::sysv_queue_prefix.size()));
  if (is_ours) { shm::remove_sysv_queue(name); }
}

bool NativeSysvQueue::send_with(int flags, std::span<const std::byte> message) {
  copy_.resize(sizeof the_type + message.size());
  std::memcpy(copy_.data(), &the_type, sizeof the_type);
  std::memcpy(copy_.data() + sizeof the_type, message.data(), message.size());
  return passed(uninterrupted([&] { return ssize_t{msgsnd(id_, copy_.data(), message.size(), flags)}; }), "msgsnd");
}

bool NativeSysvQueue::receive_with(int flags, std::span<std::byte> into) {
  copy_.resize(sizeof the_type + into.size());
  const ssize_t got = uninterrupted([&] { return msgrcv(id_, copy_.data(), into.size(), any_type, flags); });
  if (!passed(got, "msgrcv")) { return false; }
  passed_whole(got, into.size(), "msgrcv");
  std::memcpy(into.data(), copy_.data() + sizeof the_type, into.size());
  return true;
}

void NativeSysvQueue::send(std::span<const std::byte> message) {
  send_with(0, message);
}
void NativeSysvQueue::receive(std::span<std::byte> into) {
  receive_with(0, into);
}
bool NativeSysvQueue::try_send(std::span<const std::byte> message) {
  return send_with(IPC_NOWAIT, message);
}
bool NativeSysvQueue::try_receive(std::span<std::byte> into) {
  return receive_with(IPC_NOWAIT, into);
}

}  // namespace shmlab::env
