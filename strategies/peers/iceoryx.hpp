#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/error.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "env/iceoryx_calls.hpp"
#include "env/iceoryx_daemon.hpp"
#include "env/iceoryx_segment.hpp"
#include "env/object_name.hpp"
#include "strategies/peers/parts/thread_sanitizer.hpp"

namespace shmlab::strategies::iceoryx {

/// One service: a publisher that waits for its subscriber, a queue, and messages that are loaned, filled, handed over by address, read and released
/// in place. Ports are made at the first call of their side, since who sends and who receives shows only then; who is alone has both at once. A
/// publisher's messages go to those who have subscribed: so the first send waits for a subscriber. Once there was one, what is sent while there is
/// none is lost, as iceoryx has it.
template <class Env>
class Iceoryx {
 public:
  static constexpr std::uint32_t most_messages = 256;  ///< MAX_SUBSCRIBER_QUEUE_CAPACITY of Debian's build
  static constexpr Descriptor descriptor{
      .name = "iceoryx",
      .summary =
          "Eclipse iceoryx: publisher and subscriber that pass addresses of messages in a daemon's memory; waits by polling",
      .source = "Eclipse iceoryx 2.0.3, posh (Debian packages libiceoryx-posh-dev and iceoryx)",
      .limits = {.writers = 1, .readers = 1, .capacity = most_messages},
      .waiting = Waiting::spins,
      // A publisher sends under a mutex that is not robust, and the daemon gives up when it finds it held by the dead. A dead subscriber takes what
      // waits along, and a full queue is in the publisher's way until the daemon has noticed.
      .contract = {.waiter = OnDeath::blocks, .producer = OnDeath::aborts, .consumer = OnDeath::blocks}};
  static constexpr bool is_opaque = true;

  static std::string unavailable() {
    if (*peers::unseen_atomics != '\0') {
      return "ThreadSanitizer sees no synchronisation in a library that was built without it";
    }
    if (const char* const missing = env::missing_iceoryx_module(); *missing != '\0') { return missing; }
    return env::missing_iceoryx_daemon();
  }
  static std::string refuses(const Config& config) { return env::beyond_iceoryx_pools(config.payload_bytes, config.capacity); }

  static Footprint footprint(const Config& /*config*/) { return {sizeof(env::ObjectName), alignof(env::ObjectName)}; }
  static void create(void* memory, const Config& /*config*/) {
    env::need_iceoryx_daemon();
    new (memory) env::ObjectName(env::ObjectName::fresh());
  }
  /// The service is its ports', which go with their processes. But it has to be joined at the start: what was sent before is lost to who comes late.
  static void retire(void* /*memory*/) {}

  Iceoryx(void* memory, const Config& config, Participant /*self*/)
      : calls_(joined()),
        service_(std::launder(static_cast<env::ObjectName*>(memory))->text()),
        bytes_(config.payload_bytes),
        capacity_(config.capacity),
        sender_(nullptr, calls_.close_sender),
        receiver_(nullptr, calls_.close_receiver) {
    if (config.participants == 1) {
      receiver();
      sender();
    }
  }

  void send(std::span<const std::byte> message) {
    std::byte* const slot = loan(sender());
    std::memcpy(slot, message.data(), message.size());  // std::ranges::copy of bytes is a loop, with g++ 12
    calls_.publish(sender_.get(), slot);
  }
  bool try_send(std::span<const std::byte> message) {
    if (!calls_.has_room(sender())) { return false; }
    send(message);
    return true;
  }
  void receive(std::span<std::byte> into) {
    for (Patience<Env> patience; !try_receive(into); patience.poll()) {}
  }
  bool try_receive(std::span<std::byte> into) {
    const std::byte* const message = calls_.take(receiver());
    if (message == nullptr) { return false; }
    std::memcpy(into.data(), message, into.size());
    calls_.release(receiver_.get(), message);
    return true;
  }

  std::span<std::byte> reserve() {
    if (!calls_.has_room(sender())) { return {}; }
    reserved_ = loan(sender_.get());
    return {reserved_, bytes_};
  }
  void commit() { calls_.publish(sender_.get(), reserved_); }
  std::span<const std::byte> front() {
    front_ = calls_.take(receiver());
    if (front_ == nullptr) { return {}; }
    return {front_, bytes_};
  }
  void release() { calls_.release(receiver_.get(), front_); }

 private:
  using Port = std::unique_ptr<void, void (*)(void*)>;

  static const env::IceoryxCalls& joined() {
    const env::IceoryxCalls& calls = env::iceoryx_calls();
    // A name of this run: what is left under it the run's clean-up finds.
    if (const char* const why_not = calls.join(env::ObjectName::fresh().text().c_str()); *why_not != '\0') {
      throw Unavailable(why_not);
    }
    return calls;
  }

  void* sender() {
    if (sender_ == nullptr) [[unlikely]] {
      sender_.reset(opened(calls_.open_sender(service_.c_str())));
      for (Patience<Env> patience; !calls_.is_connected(sender_.get()); patience.poll()) {}
    }
    return sender_.get();
  }
  void* receiver() {
    if (receiver_ == nullptr) [[unlikely]] { receiver_.reset(opened(calls_.open_receiver(service_.c_str(), capacity_))); }
    return receiver_.get();
  }
  static void* opened(void* port) {
    if (port == nullptr) { throw Unavailable("the daemon of iceoryx has no port left"); }
    return port;
  }
  std::byte* loan(void* sender) {
    std::byte* const slot = calls_.loan(sender, bytes_);
    if (slot == nullptr) {
      throw Unavailable("the daemon of iceoryx has no memory for a message of " + std::to_string(bytes_) + " bytes");
    }
    return slot;
  }

  const env::IceoryxCalls& calls_;
  std::string service_;
  std::uint32_t bytes_;
  std::uint32_t capacity_;
  std::byte* reserved_ = nullptr;
  const std::byte* front_ = nullptr;
  Port sender_;
  Port receiver_;
};

using Plugins = Variants<Iceoryx>;

}  // namespace shmlab::strategies::iceoryx
