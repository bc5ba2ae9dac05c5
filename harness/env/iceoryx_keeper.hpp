#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

namespace shmlab::env {

/// Where the keeper of this user listens; of the abstract namespace, so that nothing is left of it.
struct KeeperAddress {
  KeeperAddress();
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
  sockaddr_un address{};
  socklen_t length = 0;
};

/// What the keeper says to who connects, once it knows: this, or why there is no daemon. It says nothing while it stops the daemon: who connected
/// tries again.
inline constexpr const char* keeper_is_ready = "ready";

/// The program's path, from PATH; empty: it is not there.
std::string find_iceoryx_program();

/// Whether a daemon listens. errno tells why not: ENOENT, ECONNREFUSED: there is none; EACCES: it is another user's.
bool iceoryx_daemon_listens();

/// The work of the process that keeps the daemon. Ends with it.
[[noreturn]] void keep_iceoryx_daemon();

}  // namespace shmlab::env
