#include "run/resource_limits.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "run/message_socket.hpp"

namespace shmlab::run {
namespace {

namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
constexpr bool is_sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool is_sanitized = false;
#endif

/// Lowers the soft limit to `most`, or raises it again to that; the hard one stays.
void limit(decltype(RLIMIT_CORE) resource, rlim_t most) {
  rlimit now{};
  getrlimit(resource, &now);  // cannot fail: a valid resource and address
  now.rlim_cur = std::min(most, now.rlim_max);
  setrlimit(resource, &now);  // cannot fail: not above the hard limit
}

[[maybe_unused]] std::uint64_t mapped_bytes() {  // not where sanitizers have no limit
  // Its first field is the size of the program in pages (proc_pid_statm(5)). By hand, since every victim of a crash run asks.
  const FileDescriptor file(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  std::array<char, 128> text{};
  std::uint64_t pages = 0;
  const ssize_t got = file.get() < 0 ? 0 : read(file.get(), text.data(), text.size());  // nothing: the limit is a little lower
  if (got > 0) { std::from_chars(text.data(), text.data() + got, pages); }
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// All threads of all processes of a user.
std::uint64_t tasks_of(uid_t user) {
  constexpr nlink_t links_of_none = 2;  // "." and ".."; one more a thread
  std::uint64_t count = 0;
  std::error_code error;  // an entry that vanishes is no task
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    struct stat status{};
    if (stat((entry->path() / "task").c_str(), &status) != 0 || status.st_uid != user) { continue; }
    count += status.st_nlink - links_of_none;
  }
  return count;
}

}  // namespace

void limit_resources(const ResourceLimits& limits) {
  limit(RLIMIT_CORE, 0);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);  // cannot fail: as above
  limit(RLIMIT_NOFILE, std::min<rlim_t>(files.rlim_cur, limits.descriptors));
  if constexpr (!is_sanitized) { limit(RLIMIT_AS, mapped_bytes() + limits.address_bytes); }
  limit_cpu_time(limits.cpu);
}

void limit_cpu_time(std::chrono::seconds more) {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);  // cannot fail: a valid clock and address
  limit(RLIMIT_CPU, static_cast<rlim_t>(used.tv_sec + 1 + more.count()));
}

void limit_tasks(std::uint64_t more) {
  if (geteuid() == 0) { return; }
  rlimit now{};
  getrlimit(RLIMIT_NPROC, &now);  // cannot fail: a valid resource and address
  limit(RLIMIT_NPROC, std::min<rlim_t>(now.rlim_cur, tasks_of(getuid()) + more));
}

}  // namespace shmlab::run
