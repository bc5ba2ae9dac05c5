#pragma once

#include <cstddef>
#include <cstdint>

namespace shmlab::env {

/// What shmlab asks of Eclipse iceoryx, by C functions: they lie in a shared object of their own (strategies/peers/parts/iceoryx_module.cpp), loaded when
/// a case needs it, since the four libraries behind it would make every exec of the program slower. None of them throws.
struct IceoryxCalls {
  /// Gives this process its one runtime, under a name that no other process has. Empty, or the reason why it has none. Any thread, any number of times;
  /// a daemon must be there (iceoryx_daemon.hpp).
  const char* (*join)(const char* process);

  /// The one publisher of a service; null: the daemon has no room for one.
  void* (*open_sender)(const char* service);
  void (*close_sender)(void* sender);
  /// Whether a subscriber is connected.
  bool (*is_connected)(void* sender);
  /// Whether publish() would not wait: no subscriber's queue is full.
  bool (*has_room)(void* sender);
  /// Memory for a message of so many bytes; null: the daemon's segment has none left, or none that large.
  std::byte* (*loan)(void* sender, std::uint32_t bytes);
  /// Hands over what was loaned last; waits while a subscriber's queue is full.
  void (*publish)(void* sender, std::byte* message);

  /// A subscriber of the service whose queue holds so many messages; null: as above.
  void* (*open_receiver)(const char* service, std::uint32_t capacity);
  void (*close_receiver)(void* receiver);
  /// The oldest message, or null. At most one at a time.
  const std::byte* (*take)(void* receiver);
  void (*release)(void* receiver, const std::byte* message);
};

/// The one function that the shared object exports: its calls.
inline constexpr const char* iceoryx_entry = "shmlab_iceoryx_calls";
using IceoryxEntry = const IceoryxCalls* (*)();

/// Why there are no calls, or empty. Only looks for the file; the calls are loaded by iceoryx_calls().
const char* missing_iceoryx_module();

/// The calls, loaded at the first request of a process. Throws Unavailable with the loader's reason.
const IceoryxCalls& iceoryx_calls();

}  // namespace shmlab::env
