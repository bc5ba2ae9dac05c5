#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iceoryx_hoofs/error_handling/error_handling.hpp>
#include <iceoryx_hoofs/log/logmanager.hpp>
#include <iceoryx_posh/internal/popo/ports/publisher_port_user.hpp>
#include <iceoryx_posh/internal/popo/ports/subscriber_port_user.hpp>
#include <iceoryx_posh/runtime/posh_runtime.hpp>
#include <mutex>

#include "env/iceoryx_calls.hpp"

// The shared object behind env/iceoryx_calls.hpp. It works on ports, as iceoryx' own C functions do: what lies above them adds types, and hides how
// full a queue is.
namespace shmlab::strategies::peers {
namespace {

using iox::popo::PublisherPortUser;
using iox::popo::SubscriberPortUser;

/// What the library calls an error is what its calls return, unless it cannot go on: its own handler prints, and ends the process with SIGABRT.
void on_error(iox::Error error, const std::function<void()>& /*call_back*/, iox::ErrorLevel level) {
  if (level != iox::ErrorLevel::FATAL) { return; }
  std::fprintf(stderr, "shmlab: iceoryx gives up: %s\n", iox::ErrorHandler::toString(error));
  std::_Exit(EXIT_FAILURE);
}

const char* join(const char* process) {
  static std::mutex one_at_a_time;
  static pid_t joined = 0;
  const std::lock_guard lock(one_at_a_time);
  if (joined == getpid()) { return ""; }
  if (joined != 0) { return "iceoryx has one runtime a process, and this one was forked from a process that has it"; }
  static auto handler = iox::ErrorHandler::setTemporaryErrorHandler(on_error);
  iox::log::LogManager::GetLogManager().SetDefaultLogLevel(iox::log::LogLevel::kOff, iox::log::LogLevelOutput::kHideLogLevel);
  iox::runtime::PoshRuntime::initRuntime(iox::RuntimeName_t(iox::cxx::TruncateToCapacity, process));
  joined = getpid();
  return "";
}

iox::capro::ServiceDescription service_named(const char* name) {
  return {"shmlab", iox::capro::IdString_t(iox::cxx::TruncateToCapacity, name), "channel"};
}

struct Sender {
  explicit Sender(iox::popo::PublisherPortData* ports) : data(ports), port(ports) {}
  iox::popo::PublisherPortData* data;
  PublisherPortUser port;
};

void* open_sender(const char* service) {
  iox::popo::PublisherOptions options;
  options.subscriberTooSlowPolicy = iox::popo::ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
  auto* const data = iox::runtime::PoshRuntime::getInstance().getMiddlewarePublisher(service_named(service), options);
  return data == nullptr ? nullptr : new Sender(data);
}
void close_sender(void* sender) {
  auto* const self = static_cast<Sender*>(sender);
  self->port.stopOffer();
  self->port.destroy();
  delete self;
}
bool is_connected(void* sender) {
  return static_cast<Sender*>(sender)->port.hasSubscribers();
}
bool has_room(void* sender) {
  auto& ports = static_cast<Sender*>(sender)->data->m_chunkSenderData;
  const std::lock_guard lock(ports);  // the daemon adds and removes queues
  for (auto& queue : ports.m_queues) {
    if (queue->m_queue.size() >= queue->m_queue.capacity()) { return false; }
  }
  return true;
}
std::byte* loan(void* sender, std::uint32_t bytes) {
  auto chunk = static_cast<Sender*>(sender)->port.tryAllocateChunk(bytes, iox::CHUNK_DEFAULT_USER_PAYLOAD_ALIGNMENT);
  return chunk.has_error() ? nullptr : static_cast<std::byte*>(chunk.value()->userPayload());
}
void publish(void* sender, std::byte* message) {
  static_cast<Sender*>(sender)->port.sendChunk(iox::mepoo::ChunkHeader::fromUserPayload(message));
}

void* open_receiver(const char* service, std::uint32_t capacity) {
  iox::popo::SubscriberOptions options;
  options.queueCapacity = capacity;
  options.queueFullPolicy = iox::popo::QueueFullPolicy::BLOCK_PRODUCER;
  auto* const data = iox::runtime::PoshRuntime::getInstance().getMiddlewareSubscriber(service_named(service), options);
  return data == nullptr ? nullptr : new SubscriberPortUser(data);
}
void close_receiver(void* receiver) {
  auto* const self = static_cast<SubscriberPortUser*>(receiver);
  self->unsubscribe();
  self->destroy();
  delete self;
}
const std::byte* take(void* receiver) {
  auto chunk = static_cast<SubscriberPortUser*>(receiver)->tryGetChunk();
  return chunk.has_error() ? nullptr : static_cast<const std::byte*>(chunk.value()->userPayload());
}
void release(void* receiver, const std::byte* message) {
  static_cast<SubscriberPortUser*>(receiver)->releaseChunk(iox::mepoo::ChunkHeader::fromUserPayload(message));
}

constexpr env::IceoryxCalls calls{join,    open_sender,   close_sender,   is_connected, has_room, loan,
                                  publish, open_receiver, close_receiver, take,         release};

}  // namespace
}  // namespace shmlab::strategies::peers

extern "C" [[gnu::visibility("default")]] const shmlab::env::IceoryxCalls* shmlab_iceoryx_calls();
const shmlab::env::IceoryxCalls* shmlab_iceoryx_calls() {
  return &shmlab::strategies::peers::calls;
}
