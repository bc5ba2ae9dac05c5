#pragma once

#include <fmt/format.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <span>
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

/// Passes a message, or what is left of one, in as many parts as it takes: `pass(part)` waits for room or for content, and returns how many bytes went.
/// Throws std::system_error for any error, and when there will be nothing more.
template <class Byte, class Pass>
void pass_in_parts(std::span<Byte> rest, const char* call, Pass pass) {
  while (!rest.empty()) {
    const ssize_t passed = uninterrupted([&] { return pass(rest); });
    if (passed < 0) { throw std::system_error(errno, std::system_category(), call); }
    if (passed == 0) { throw std::system_error(EBADMSG, std::system_category(), call); }
    rest = rest.subspan(static_cast<std::size_t>(passed));
  }
}

/// The same, if it can begin without waiting, `passed` being what a call returned that did not wait: false when it could not. The rest is waited for.
template <class Byte, class Pass>
bool began_in_parts(ssize_t passed, std::span<Byte> message, const char* call, Pass pass) {
  if (passed < 0) { return passed_whole(passed, message.size(), call); }
  pass_in_parts(message.subspan(static_cast<std::size_t>(passed)), call, pass);
  return true;
}

}  // namespace shmlab::env
