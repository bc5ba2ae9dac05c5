#include "cli/output.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <system_error>

#include "contract/error.hpp"

namespace shmlab::cli {
namespace {

/// A descriptor that was closed gets /dev/null; standard output one that refuses to be written, since its text would be lost.
void open_when_closed(int fd, int mode) {
  if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) { return; }
  const int opened = open("/dev/null", mode);  // the lowest free number, which is `fd`; without /dev/null it stays closed
  if (opened >= 0 && opened != fd) {
    dup2(opened, fd);
    close(opened);
  }
}

bool reader_has_gone() {
  pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

[[noreturn]] void refuse(int error) {
  if (error == EPIPE || reader_has_gone()) { throw OutputClosed(); }
  throw BadInput(fmt::format("cannot write to standard output: {}",
                             error != 0 ? std::generic_category().message(error) : std::string("the stream has failed")));
}

}  // namespace

void prepare_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  open_when_closed(STDIN_FILENO, O_RDONLY);
  open_when_closed(STDOUT_FILENO, O_RDONLY);
  open_when_closed(STDERR_FILENO, O_WRONLY);
}

void write_output(std::string_view text) {
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) { refuse(errno); }
}

void finish_output() {
  errno = 0;
  std::cout.flush();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || !std::cout) { refuse(errno); }
}

}  // namespace shmlab::cli
