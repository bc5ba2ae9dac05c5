#include "env/native_posix_queue.hpp"

#include <fmt/format.h>
#include <mqueue.h>
#include <sys/resource.h>

#include <cerrno>
#include <ctime>
#include <system_error>

#include "env/carried_descriptors.hpp"
#include "env/whole_message.hpp"
#include "shm/nameless_queue.hpp"
#include "shm/system_limit.hpp"

namespace shmlab::env {
namespace {

constexpr const char* messages_limit = "/proc/sys/fs/mqueue/msg_max";
constexpr const char* bytes_limit = "/proc/sys/fs/mqueue/msgsize_max";
constexpr std::uint64_t hard_messages_limit = 65'536;  ///< mq_overview(7), HARD_MSGMAX
constexpr timespec long_ago{};
constexpr unsigned priority = 0;

/// What the kernel counts against RLIMIT_MSGQUEUE (getrlimit(2)): the bytes, and for each message two structures of at most 64 bytes.
std::uint64_t counted(const MessageShape& shape) {
  constexpr std::uint64_t structures = 128;
  return shape.messages * (shape.bytes + structures);
}

std::string exceeds(const char* limit, std::uint64_t allowed, std::uint64_t needed, const char* what) {
  return needed <= allowed ? std::string() : fmt::format("{} allows {} {}, the case needs {}", limit, allowed, what, needed);
}

const char* characters(std::span<const std::byte> bytes) {
  return reinterpret_cast<const char*>(bytes.data());
}
char* characters(std::span<std::byte> bytes) {
  return reinterpret_cast<char*>(bytes.data());
}

/// Whether a call passed a message; false: it may not wait, and would have had to.
bool passed(ssize_t result, const char* call) {
  if (result >= 0) { return true; }
  if (errno == ETIMEDOUT) { return false; }
  throw std::system_error(errno, std::system_category(), call);
}

}  // namespace

std::string NativePosixQueue::refuses(const MessageShape& shape) {
  const bool may_exceed = shm::may_exceed_limits();
  const std::uint64_t messages = may_exceed ? hard_messages_limit : shm::system_limit(messages_limit);
  const std::uint64_t bytes = may_exceed ? most_bytes : shm::system_limit(bytes_limit);
  if (std::string why = exceeds(messages_limit, messages, shape.messages, "messages"); !why.empty()) { return why; }
  if (std::string why = exceeds(bytes_limit, bytes, shape.bytes, "bytes a message"); !why.empty()) { return why; }
  rlimit most{};
  getrlimit(RLIMIT_MSGQUEUE, &most);                 // cannot fail: a valid resource
  constexpr std::uint64_t queues_of_a_scenario = 2;  // the other one may be there already
  return exceeds("ulimit -q", most.rlim_cur, queues_of_a_scenario * counted(shape), "bytes");
}

void NativePosixQueue::create(Shared& shared, const MessageShape& shape) {
  shared.queue = CarriedDescriptors::add(shm::open_nameless_queue(shape.messages, shape.bytes));
}

void NativePosixQueue::dispose(const Shared& shared) {
  CarriedDescriptors::drop(shared.queue);
}

NativePosixQueue::NativePosixQueue(const Shared& shared) : queue_(CarriedDescriptors::at(shared.queue)) {}

void NativePosixQueue::send(std::span<const std::byte> message) {
  passed(uninterrupted([&] { return ssize_t{mq_send(queue_, characters(message), message.size(), priority)}; }), "mq_send");
}

void NativePosixQueue::receive(std::span<std::byte> into) {
  passed(uninterrupted([&] { return mq_receive(queue_, characters(into), into.size(), nullptr); }), "mq_receive");
}

bool NativePosixQueue::try_send(std::span<const std::byte> message) {
  return passed(
      uninterrupted([&] { return ssize_t{mq_timedsend(queue_, characters(message), message.size(), priority, &long_ago)}; }),
      "mq_timedsend");
}

bool NativePosixQueue::try_receive(std::span<std::byte> into) {
  return passed(uninterrupted([&] { return mq_timedreceive(queue_, characters(into), into.size(), nullptr, &long_ago); }),
                "mq_timedreceive");
}

}  // namespace shmlab::env
