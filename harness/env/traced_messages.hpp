#pragma once

#include <cstddef>
#include <source_location>
#include <span>
#include <string>

#include "env/message_shape.hpp"
#include "env/tracer.hpp"

namespace shmlab::env {

/// A channel of the system under the tracer of the calling thread: NativePipe and its like. What goes on inside the kernel no tracer sees, and there is no
/// model of it; participants do not take turns in it (contract/strategy.hpp, Opaque).
template <class Native>
class TracedMessages {
 public:
  using Where = std::source_location;
  using Shared = typename Native::Shared;
  static constexpr auto most_bytes = Native::most_bytes;

  static std::string refuses(const MessageShape& shape) { return Native::refuses(shape); }
  static void create(Shared& shared, const MessageShape& shape) { Native::create(shared, shape); }
  static void dispose(const Shared& shared) { Native::dispose(shared); }

  explicit TracedMessages(const Shared& shared) : native_(shared), object_(&shared) {}

  void send(std::span<const std::byte> message, Where where = Where::current()) {
    ask(Operation::send, where);
    native_.send(message);
  }
  void receive(std::span<std::byte> into, Where where = Where::current()) {
    ask(Operation::receive, where);
    native_.receive(into);
  }
  bool try_send(std::span<const std::byte> message, Where where = Where::current()) {
    ask(Operation::send, where);
    return native_.try_send(message);
  }
  bool try_receive(std::span<std::byte> into, Where where = Where::current()) {
    ask(Operation::receive, where);
    return native_.try_receive(into);
  }

 private:
  void ask(Operation operation, const Where& where) const {
    if (tracer != nullptr) { tracer->before({operation, object_, sizeof(Shared), std::memory_order_seq_cst, where}); }
  }

  Native native_;
  const void* object_;
};

}  // namespace shmlab::env
