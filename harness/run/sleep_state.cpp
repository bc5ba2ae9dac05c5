#include "run/sleep_state.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/futex.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "env/carried_descriptors.hpp"
#include "shm/file_descriptor.hpp"

namespace shmlab::run {
namespace {

/// The first line of a short file; empty: it is gone.
std::string read_line(const std::string& path) {
  const shm::FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 1024> text{};
  const ssize_t got = file.get() < 0 ? 0 : read(file.get(), text.data(), text.size());  // ESRCH: the thread has ended
  return got <= 0
             ? std::string()
             : std::string(text.data(), static_cast<std::size_t>(std::find(text.data(), text.data() + got, '\n') - text.data()));
}

/// The letter after the parenthesised command name, which may itself hold blanks and parentheses.
char state_letter(const std::string& stat) {
  const std::size_t end = stat.rfind(')');
  return end == std::string::npos || end + 2 >= stat.size() ? '?' : stat[end + 2];
}

std::uint64_t voluntary_switches(const std::string& path) {
  constexpr std::string_view key = "voluntary_ctxt_switches:";
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) { return std::stoull(line.substr(key.size())); }
  }
  return 0;
}

/// A line of /proc/.../syscall: number and six arguments, or "running".
struct SystemCall {
  long number = -1;
  std::array<std::uint64_t, 6> arguments{};
};

SystemCall parse(const std::string& line) {
  char* at = nullptr;
  SystemCall call{.number = std::strtol(line.c_str(), &at, 10)};
  if (at == line.c_str()) { return SystemCall{}; }
  for (std::uint64_t& argument : call.arguments) { argument = std::strtoull(at, &at, 16); }
  return call;
}

std::string place(std::uint64_t address, std::uint64_t region, std::size_t bytes) {
  if (address >= region && address - region < bytes) { return fmt::format("region+{:#x}", address - region); }
  return fmt::format("address {:#x} outside the region", address);
}

bool is_futex_wait(const SystemCall& call) {
  if (call.number != SYS_futex) { return false; }
  const auto operation = static_cast<int>(call.arguments[1]) & FUTEX_CMD_MASK;
  return operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET || operation == FUTEX_LOCK_PI;
}

/// What other participants alone can end, awaited in the kernel without a time-out: a lock that it keeps, or a System V queue; or empty.
std::string_view kernel_wait(const SystemCall& call) {
  constexpr std::size_t time_out = 3;
  if (call.number == SYS_fcntl && call.arguments[1] == F_OFD_SETLKW) { return "fcntl(F_OFD_SETLKW)"; }
  if (call.number == SYS_flock && (call.arguments[1] & LOCK_NB) == 0) { return "flock()"; }
  if (call.number == SYS_semop || (call.number == SYS_semtimedop && call.arguments[time_out] == 0)) { return "semop()"; }
  if (call.number == SYS_msgsnd) { return "msgsnd()"; }
  if (call.number == SYS_msgrcv) { return "msgrcv()"; }
  return {};
}

/// The same of a call on a descriptor, if that is one that the case carries.
std::string_view descriptor_wait(const SystemCall& call) {
  constexpr std::size_t time_out = 4;
  switch (call.number) {
    case SYS_read: return "read()";
    case SYS_write: return "write()";
    case SYS_recvfrom: return "recv()";
    case SYS_sendto: return "send()";
    case SYS_mq_timedreceive: return call.arguments[time_out] == 0 ? "mq_receive()" : "";
    case SYS_mq_timedsend: return call.arguments[time_out] == 0 ? "mq_send()" : "";
    default: return {};
  }
}

/// Whether a descriptor of that process is one that the case carries: what is behind it has the same name in /proc as behind one of ours.
bool is_carried(pid_t pid, std::uint64_t fd) {
  std::error_code error;  // the process has ended: it waits for nothing
  const auto behind = std::filesystem::read_symlink(fmt::format("/proc/{}/fd/{}", pid, fd), error);
  if (error) { return false; }
  return std::ranges::any_of(env::CarriedDescriptors::all(), [&](int ours) {
    return std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", ours), error) == behind;
  });
}

/// Whether another participant alone can end it.
bool is_for_good(pid_t pid, const SystemCall& call) {
  constexpr std::size_t time_out = 3;
  if (is_futex_wait(call)) { return call.arguments[time_out] == 0; }
  return !kernel_wait(call).empty() || (!descriptor_wait(call).empty() && is_carried(pid, call.arguments[0]));
}
bool is_sleep(char letter) {
  return letter == 'S' || letter == 'D';
}

}  // namespace

bool is_asleep_for_good(pid_t pid, pid_t tid) {
  const std::string folder = fmt::format("/proc/{}/task/{}/", pid, tid);
  return is_for_good(pid, parse(read_line(folder + "syscall"))) && is_sleep(state_letter(read_line(folder + "stat")));
}

SleepState sleep_state(pid_t pid, pid_t tid, std::uint64_t region, std::size_t bytes) {
  const std::string folder = fmt::format("/proc/{}/task/{}/", pid, tid);
  SleepState state;
  state.switches = voluntary_switches(folder + "status");
  const std::string line = read_line(folder + "syscall");
  // Read after the system call: a thread that slept there before and sleeps now, with the same count of switches later on,
  // slept all the while.
  const char letter = state_letter(read_line(folder + "stat"));
  const bool sleeps = is_sleep(letter);
  const SystemCall call = parse(line);
  state.asleep_for_good = sleeps && is_for_good(pid, call);
  if (is_futex_wait(call) && sleeps) {
    const bool for_one_process = (call.arguments[1] & FUTEX_PRIVATE_FLAG) != 0;
    state.where = fmt::format("asleep in futex(FUTEX_WAIT{}) on {}", for_one_process ? "_PRIVATE" : "",
                              place(call.arguments[0], region, bytes));
  } else if (const std::string_view wait = kernel_wait(call); sleeps && !wait.empty()) {
    state.where = fmt::format("asleep in {}", wait);
  } else if (const std::string_view on = descriptor_wait(call); state.asleep_for_good) {
    state.where = fmt::format("asleep in {} on what the case carries", on);
  } else if (sleeps && call.number >= 0) {
    state.where = fmt::format("asleep in system call {}", call.number);
  } else if (letter == 'T') {
    state.where = "stopped by a signal";
  } else {
    state.where = letter == '?' ? "gone" : "running";
  }
  return state;
}

}  // namespace shmlab::run
