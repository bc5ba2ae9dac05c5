#pragma once

#include <string>

#include "contract/absent.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

#if __has_include(<boost/interprocess/ipc/message_queue.hpp>)
#include <boost/interprocess/ipc/message_queue.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <new>
#include <span>
#include <system_error>

#include "contract/config.hpp"
#include "contract/copying_channel.hpp"
#include "contract/error.hpp"
#include "env/object_name.hpp"
#endif

namespace shmlab::strategies::boost_message_queue {

#if __has_include(<boost/interprocess/ipc/message_queue.hpp>)
/// One participant's opening of the queue. All messages have the same priority.
class Messages {
 public:
  using Queue = boost::interprocess::message_queue;

  explicit Messages(const std::string& name) : queue_(std::make_unique<Queue>(boost::interprocess::open_only, name.c_str())) {}

  void send(std::span<const std::byte> message) { queue_->send(message.data(), message.size(), priority); }
  bool try_send(std::span<const std::byte> message) { return queue_->try_send(message.data(), message.size(), priority); }
  void receive(std::span<std::byte> into) {
    Arrival arrival;
    queue_->receive(into.data(), into.size(), arrival.bytes, arrival.priority);
    arrival.check(into.size());
  }
  bool try_receive(std::span<std::byte> into) {
    Arrival arrival;
    if (!queue_->try_receive(into.data(), into.size(), arrival.bytes, arrival.priority)) { return false; }
    arrival.check(into.size());
    return true;
  }

 private:
  static constexpr unsigned priority = 0;
  struct Arrival {
    Queue::size_type bytes = 0;
    unsigned priority = 0;
    void check(std::size_t due) const {
      if (bytes != due) { throw std::system_error(EBADMSG, std::system_category(), "boost message_queue"); }
    }
  };
  std::unique_ptr<Queue> queue_;
};

/// The queue lies in shared memory of its own, which participants open by name; the region holds the name.
class Named : public CopyingChannel<Messages> {
 public:
  static constexpr bool is_opaque = true;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(env::ObjectName), alignof(env::ObjectName)}; }
  /// The library sizes its memory by ftruncate(2), so that in a full /dev/shm the first touch raises SIGBUS.
  static std::string refuses(const Config& config) {
    constexpr std::uintmax_t of_each = 128;             // header and place in the index, generously
    constexpr std::uintmax_t of_queue = 8192;           // the same
    constexpr std::uintmax_t queues_of_a_scenario = 2;  // the other one may be there already
    const std::uintmax_t needed = queues_of_a_scenario * (of_queue + config.capacity * (of_each + config.payload_bytes));
    std::error_code error;  // without /dev/shm there is no room: create() says so
    const std::uintmax_t room = std::filesystem::space("/dev/shm", error).available;
    if (error || needed <= room) { return {}; }
    return "/dev/shm has room for " + std::to_string(room) + " bytes, the case may need " + std::to_string(needed);
  }
  static void create(void* memory, const Config& config) {
    const auto* const name = new (memory) env::ObjectName(env::ObjectName::fresh());
    try {
      const boost::interprocess::permissions owner_only(0600);
      const Messages::Queue queue(boost::interprocess::create_only, name->text().c_str(), config.capacity, config.payload_bytes,
                                  owner_only);
    } catch (const boost::interprocess::interprocess_exception& error) {
      Messages::Queue::remove(name->text().c_str());  // false: there was none
      throw BadInput(std::string("boost message_queue: no room in /dev/shm, or no right to it (") + error.what() + ")");
    }
  }
  /// Takes the name away; whoever has attached goes on. A second time does nothing.
  static void retire(void* memory) {
    const env::ObjectName& name = *std::launder(static_cast<env::ObjectName*>(memory));
    if (name.is_of_this_run()) { Messages::Queue::remove(name.text().c_str()); }  // false: done already
  }
  Named(void* memory, const Config& config, Participant /*self*/)
      : CopyingChannel<Messages>(config, Messages(std::launder(static_cast<env::ObjectName*>(memory))->text())) {}
};
inline constexpr const char* missing = "";
#else
using Named = AbsentChannel;
inline constexpr const char* missing = "this build lacks Boost.Interprocess (Debian package libboost-dev)";
#endif

/// An index of messages by priority under a mutex, with two conditions to wait for.
template <class Env>
class BoostMessageQueue : public Named {
 public:
  static constexpr Descriptor descriptor{
      .name = "boost_message_queue",
      .summary = "Boost.Interprocess' queue of messages, opened by name; parks",
      .source = "boost::interprocess::message_queue, Boost 1.74 (Debian package libboost-dev)",
      .waiting = Waiting::parks,
      // Its mutex is not robust, and a wake that reached the dead is gone.
      .contract = {.waiter = OnDeath::blocks, .producer = OnDeath::blocks, .consumer = OnDeath::blocks}};

  static std::string unavailable() { return missing; }
  using Named::Named;
};

using Plugins = Variants<BoostMessageQueue>;

}  // namespace shmlab::strategies::boost_message_queue
