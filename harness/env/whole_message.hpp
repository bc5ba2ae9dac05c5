#pragma once

#include <fmt/format.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

namespace shmlab::env {

/// Whether a call that passes one message of `bytes` did, given what it returned: false when it would have had to wait. Throws std::system_error
/// for any other error, and for part of a message, which only somebody leaves who writes what is none.
inline bool passed_whole(ssize_t passed, std::size_t bytes, const char* call) {
  if (passed == static_cast<ssize_t>(bytes)) { return true; }
  if (passed < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) { return false; }
  if (passed < 0) { throw std::system_error(errno, std::system_category(), call); }
  throw std::system_error(EBADMSG, std::system_category(), fmt::format("{}: {} of {} bytes", call, passed, bytes));
}

/// Repeats a call that a signal interrupted.
template <class Call>
ssize_t uninterrupted(Call call) {
  ssize_t result = 0;
  do { result = call(); } while (result < 0 && errno == EINTR);
  return result;
}

}  // namespace shmlab::env
