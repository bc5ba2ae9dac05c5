#include "report/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "report/printable.hpp"
#include "report/style.hpp"

namespace shmlab::report {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds shortest_between = std::chrono::milliseconds{100};
constexpr std::string_view erase_line = "\r\x1b[K";

void write_to_standard_error(std::string_view text) {
  // A progress line that cannot be written is no reason to stop the work.
  while (!text.empty()) {
    const ssize_t put = ::write(STDERR_FILENO, text.data(), text.size());
    if (put < 0 && errno != EINTR) { return; }
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(put, 0)));
  }
}

bool can_erase_lines() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && terminal != nullptr && *terminal != '\0' && std::string_view{terminal} != "dumb";
}

}  // namespace

std::string duration_text(std::chrono::nanoseconds duration) {
  constexpr std::int64_t per_step = 60;
  const std::int64_t seconds = std::chrono::round<std::chrono::seconds>(duration).count();
  if (seconds < 1) { return "less than a second"; }
  const std::int64_t minutes = seconds / per_step;
  const std::int64_t hours = minutes / per_step;
  if (hours > 0) { return fmt::format("{} h {} min", hours, minutes % per_step); }
  if (minutes > 0) { return fmt::format("{} min {} s", minutes, seconds % per_step); }
  return fmt::format("{} s", seconds);
}

Progress::Terminal Progress::standard_error() {
  Terminal terminal;
  if (can_erase_lines()) { terminal.write = write_to_standard_error; }
  terminal.now = [] { return nanoseconds{std::chrono::steady_clock::now().time_since_epoch()}; };
  if (const unsigned width = style_for(STDERR_FILENO).width; width != 0) { terminal.width = width; }
  return terminal;
}

Progress::Progress(std::size_t total, std::string label, Terminal terminal)
    : total_(total), label_(std::move(label)), terminal_(std::move(terminal)), started_(terminal_.now()) {}

Progress::~Progress() {
  finish();
}

void Progress::advance(std::size_t units, std::string_view name) {
  done_ = std::min(done_ + units, total_);
  if (!terminal_.write) { return; }
  const nanoseconds now = terminal_.now();
  if (shown_ && now - *shown_ < shortest_between) { return; }
  shown_ = now;
  show(name, now - started_);
}

void Progress::show(std::string_view name, std::chrono::nanoseconds elapsed) {
  std::string line = fmt::format("{} {}/{}", label_, done_, total_);
  if (done_ > 0) {
    const double ahead = static_cast<double>(total_ - done_) / static_cast<double>(done_);
    const auto left = std::chrono::duration_cast<nanoseconds>(
        std::chrono::duration<double, std::nano>(static_cast<double>(elapsed.count()) * ahead));
    line += fmt::format(", {} left", duration_text(left));
  }
  line += fmt::format("  {}", printable(name));
  // One column less than there is, or some terminals go on to the next line.
  const std::size_t fitting = std::max(terminal_.width, 2U) - 1;
  terminal_.write(std::string{erase_line} + shortened(line, fitting));
}

void Progress::finish() {
  if (terminal_.write && shown_) { terminal_.write(erase_line); }
  terminal_.write = nullptr;
}

}  // namespace shmlab::report
