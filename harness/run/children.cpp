#include "run/children.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace shmlab::run {
namespace {

namespace fs = std::filesystem;

std::optional<pid_t> number(std::string_view text) {
  pid_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// "12 34 56 "
void add_numbers(std::string_view text, std::vector<pid_t>& to) {
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    if (const auto pid = number(text.substr(0, blank))) { to.push_back(*pid); }
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
  }
}

std::string read_from_start(int file) {
  std::string text;
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t got = pread(file, chunk.data(), chunk.size(), static_cast<off_t>(text.size()));
    if (got < 0 && errno == EINTR) { continue; }
    if (got <= 0) { return text; }  // ESRCH: it is gone, and has none
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (static_cast<std::size_t>(got) < chunk.size()) { return text; }
  }
}

/// The fourth field of /proc/PID/stat (proc_pid_stat(5)); the second may hold blanks and parentheses.
std::optional<pid_t> parent_in(const fs::path& stat) {
  std::ifstream file(stat);
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos || name_end + 4 >= line.size()) { return std::nullopt; }
  const std::string_view rest = std::string_view(line).substr(name_end + 4);
  return number(rest.substr(0, rest.find(' ')));
}

/// For a kernel without CONFIG_PROC_CHILDREN: asks everybody for the parent.
std::vector<pid_t> everybody_with_parent(pid_t parent) {
  std::vector<pid_t> found;
  std::error_code error;  // an entry that vanishes is no child
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const auto pid = number(entry->path().filename().string());
    if (pid && parent_in(entry->path() / "stat") == parent) { found.push_back(*pid); }
  }
  return found;
}

}  // namespace

Children::Children(pid_t pid) : pid_(pid) {
  const std::string tasks = fmt::format("/proc/{}/task", pid);
  tasks_ = FileDescriptor(open(tasks.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (tasks_.get() < 0) { throw std::system_error(errno, std::generic_category(), tasks); }
  children_ = FileDescriptor(openat(tasks_.get(), fmt::format("{}/children", pid).c_str(), O_RDONLY | O_CLOEXEC));
  if (children_.get() < 0 && errno != ENOENT) {
    throw std::system_error(errno, std::generic_category(), tasks + "/.../children");
  }
}

std::vector<pid_t> Children::list() const {
  if (children_.get() < 0) { return everybody_with_parent(pid_); }
  std::vector<pid_t> found;
  add_numbers(read_from_start(children_.get()), found);
  // Each thread has those that it forked. The links of the folder are "." and "..", and one a thread.
  constexpr nlink_t links_of_one_thread = 3;
  struct stat status{};
  if (fstat(tasks_.get(), &status) != 0 || status.st_nlink <= links_of_one_thread) { return found; }  // ESRCH: as above
  std::error_code error;  // a thread that vanishes leaves its children to another
  for (fs::directory_iterator entry(fmt::format("/proc/{}/task", pid_), error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename() == std::to_string(pid_)) { continue; }
    const FileDescriptor file(open((entry->path() / "children").c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() >= 0) { add_numbers(read_from_start(file.get()), found); }
  }
  return found;
}

std::size_t count_below(pid_t pid) {
  std::vector<pid_t> below;
  try {
    below = Children(pid).list();
  } catch (const std::system_error&) { return 0; }  // it has ended
  std::size_t count = below.size();
  for (const pid_t child : below) { count += count_below(child); }
  return count;
}

}  // namespace shmlab::run
