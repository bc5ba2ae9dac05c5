#include "report/style.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace shmlab::report {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

unsigned terminal_width(int fd) {
  winsize size{};
  // Fails on what is no terminal: then there is no limit either.
  return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0U;
}

}  // namespace

Style style_for(int fd) {
  Style style;
  style.colour = isatty(fd) == 1 && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  const std::string_view columns = environment("COLUMNS");
  const auto [end, error] = std::from_chars(columns.data(), columns.data() + columns.size(), style.width);
  if (error != std::errc{} || end != columns.data() + columns.size() || style.width == 0) { style.width = terminal_width(fd); }
  return style;
}

}  // namespace shmlab::report
