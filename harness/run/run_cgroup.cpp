#include "run/run_cgroup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <system_error>

#include "shm/file_descriptor.hpp"
#include "shm/run_names.hpp"

namespace shmlab::run {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);  // what cannot be read is empty
  return {std::istreambuf_iterator<char>(file), {}};
}

bool write_to(const fs::path& path, std::string_view text) {
  const shm::FileDescriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.get() >= 0 && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::optional<fs::path> own_directory() {
  return cgroup_directory(text_of("/proc/self/cgroup"), text_of("/proc/self/mountinfo"));
}

/// A mount of version 2 in a line of /proc/PID/mountinfo (proc_pid_mountinfo(5)): the part of the hierarchy, and where it is.
struct Mount {
  std::string root;
  std::string at;
};
std::optional<Mount> cgroup2_mount_in(const std::string& line) {
  if (line.find(" - cgroup2 ") == std::string::npos) { return std::nullopt; }
  std::istringstream fields(line);
  std::string skipped;
  Mount mount;
  fields >> skipped >> skipped >> skipped >> mount.root >> mount.at;
  return mount;
}

/// "0::/user.slice" says where in version 2.
std::string path_in_version_2(const std::string& membership) {
  constexpr std::string_view mark = "0::";
  std::istringstream lines(membership);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(mark)) { return line.substr(mark.size()); }
  }
  return {};
}

/// Until the kernel says that nobody in it lives. Who sleeps in the kernel may keep it waiting, but not for long: the next run looks again.
void await_emptiness(const fs::path& directory) {
  constexpr int looks = 5;
  constexpr int patience_ms = 1000;
  for (int i = 0; i < looks; ++i) {
    const shm::FileDescriptor events(open((directory / "cgroup.events").c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 256> text{};
    if (events.get() < 0 || read(events.get(), text.data(), text.size() - 1) <= 0) { return; }  // it is gone
    if (std::string_view(text.data()).find("populated 1") == std::string_view::npos) { return; }
    pollfd changed{.fd = events.get(), .events = POLLPRI, .revents = 0};
    poll(&changed, 1, patience_ms);  // EINTR: looks again
  }
}

void kill_members(const fs::path& directory) {
  write_to(directory / "cgroup.kill", "1");
}

/// With those that runs inside it have made and could not remove.
void remove_with_those_below(const fs::path& directory) {
  std::error_code error;  // what vanishes meanwhile need not be removed
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->is_directory(error)) { remove_with_those_below(entry->path()); }
  }
  rmdir(directory.c_str());  // EBUSY: as in await_emptiness()
}

}  // namespace

std::optional<fs::path> cgroup_directory(const std::string& membership, const std::string& mounts) {
  const std::string path = path_in_version_2(membership);
  std::istringstream lines(mounts);
  for (std::string line; !path.empty() && std::getline(lines, line);) {
    const std::optional<Mount> mount = cgroup2_mount_in(line);
    if (!mount) { continue; }
    const std::string root = mount->root == "/" ? "" : mount->root;
    const bool is_below = path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
    if (is_below && path.find("/..") == std::string::npos) { return fs::path(mount->at + path.substr(root.size())); }
  }
  return std::nullopt;
}

RunCgroup::RunCgroup() {
  const std::optional<fs::path> own = own_directory();
  if (own) {
    directory_ = *own / shm::fresh_name();
  } else {
    why_not_ = "no cgroup of version 2 is mounted that this process is in";
  }
}

void RunCgroup::make() {
  if (directory_.empty()) { return; }
  constexpr mode_t for_us_alone = 0700;
  if (mkdir(directory_.c_str(), for_us_alone) != 0) {
    why_not_ = fmt::format("no cgroup can be made in {}: {}", directory_.parent_path().string(), std::strerror(errno));
    directory_.clear();
  } else if (access((directory_ / "cgroup.kill").c_str(), W_OK) != 0) {
    rmdir(directory_.c_str());  // cannot fail: it is new
    why_not_ = "this kernel has no cgroup.kill (Linux 5.14)";
    directory_.clear();
  }
}

bool RunCgroup::enter() const {
  return !directory_.empty() && write_to(directory_ / "cgroup.procs", "0");
}

void RunCgroup::kill() const {
  if (!directory_.empty()) { kill_members(directory_); }
}

void RunCgroup::remove() const {
  if (directory_.empty()) { return; }
  await_emptiness(directory_);
  remove_with_those_below(directory_);
}

std::string run_cgroup_obstacle() {
  RunCgroup cgroup;
  cgroup.make();
  if (!cgroup.why_not().empty()) { return cgroup.why_not(); }
  const pid_t pid = fork();
  if (pid == 0) { _exit(cgroup.enter() ? EXIT_SUCCESS : EXIT_FAILURE); }
  int status = EXIT_FAILURE;
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  cgroup.remove();
  return status == 0 ? "" : "a cgroup can be made, and the kernel lets no process into it";
}

void sweep_stale_cgroups() {
  const std::optional<fs::path> own = own_directory();
  if (!own) { return; }
  std::error_code error;  // a directory that is missing or may not be read holds nothing of ours
  for (fs::directory_iterator entry(*own, error), end; !error && entry != end; entry.increment(error)) {
    if (!shm::is_name_of_a_dead_run(entry->path().filename().string())) { continue; }
    struct stat status{};
    if (lstat(entry->path().c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid()) { continue; }
    kill_members(entry->path());
    await_emptiness(entry->path());
    remove_with_those_below(entry->path());
  }
}

}  // namespace shmlab::run
