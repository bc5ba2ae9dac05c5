#include "shm/process_identity.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace shmlab::shm {
namespace {

struct ProcStat {
  char state = '?';
  std::uint64_t start_time = 0;
};

/// Fields 3 and 22 of /proc/PID/stat (proc(5)). Field 2, the command, may hold anything, so they are counted from its last ')'.
std::optional<ProcStat> read_stat(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text, '\0');  // ESRCH, when it ends between open and read, makes no text; an iterator would throw it
  const std::size_t command_end = text.rfind(')');
  if (command_end == std::string::npos) { return std::nullopt; }
  std::istringstream fields(text.substr(command_end + 1));
  ProcStat stat;
  fields >> stat.state;
  constexpr int between = 18;
  std::string skipped;
  for (int field = 0; field < between; ++field) { fields >> skipped; }
  fields >> stat.start_time;
  return fields ? std::optional(stat) : std::nullopt;
}

bool has_ended(const ProcStat& stat) {
  constexpr char zombie = 'Z';
  constexpr char dead = 'X';
  return stat.state == zombie || stat.state == dead;
}

}  // namespace

ProcessIdentity self_identity() {
  thread_local ProcessIdentity cached;
  const pid_t pid = getpid();
  if (cached.pid != pid) {
    const std::optional<ProcStat> stat = read_stat(pid);
    cached = {.pid = pid, .start_time = stat ? stat->start_time : 0};
  }
  return cached;
}

bool is_gone(const ProcessIdentity& process) {
  if (process.pid <= 0) { return false; }
  if (kill(process.pid, 0) == -1 && errno == ESRCH) { return true; }
  const std::optional<ProcStat> stat = read_stat(process.pid);
  if (!stat) { return false; }
  return has_ended(*stat) || (process.start_time != 0 && process.start_time != stat->start_time);
}

std::uint32_t pid_namespace() {
  struct stat status{};
  if (stat("/proc/self/ns/pid", &status) == -1) { return 0; }
  return static_cast<std::uint32_t>(status.st_ino);
}

}  // namespace shmlab::shm
