#include "shm/run_names.hpp"

#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <system_error>

#include "contract/error.hpp"
#include "shm/nameless_queue.hpp"
#include "shm/process_identity.hpp"
#include "shm/sysv_queue.hpp"
#include "shm/sysv_set.hpp"

namespace shmlab::shm {
namespace {

constexpr std::string_view name_prefix = "shmlab-";
/// How glibc and musl call the file of a named semaphore under /dev/shm.
constexpr std::string_view semaphore_prefix = "sem.";
/// iceoryx keeps a socket by the name of each of its processes, and beside it a lock, in this directory whatever TMPDIR says.
constexpr std::string_view lock_suffix = ".lock";
constexpr std::string_view iceoryx_directory = "/tmp";

constexpr std::string_view hexadecimal_digits = "0123456789abcdef";
/// A run id is these fields, in hexadecimal, one after the other.
constexpr std::size_t pid_digits = 6;
constexpr std::size_t start_digits = 9;
constexpr std::size_t namespace_digits = 8;
constexpr std::size_t random_digits = 16;
constexpr std::size_t id_length = pid_digits + start_digits + namespace_digits + random_digits;
static_assert(name_prefix.size() + id_length + 1 + random_digits == name_length);

std::uint64_t random_bits() {
  std::uint64_t bits = 0;
  // Up to 256 bytes come whole and uninterrupted once the kernel's generator is seeded (getrandom(2)).
  while (getrandom(&bits, sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "getrandom"); }
  }
  return bits;
}

bool is_run_id(std::string_view text) {
  return text.size() == id_length && text.find_first_not_of(hexadecimal_digits) == std::string_view::npos;
}

std::string& stored_run_id() {
  static std::string id = new_run_id();
  return id;
}

std::uint64_t hexadecimal(std::string_view digits) {
  std::uint64_t value = 0;
  // Cannot fail: is_run_id() has looked at every digit, and no field has more than 16.
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

/// Whether the leader of that run is certainly gone; only a run of this PID namespace can be judged.
bool leader_is_gone(std::string_view id) {
  const auto pid = static_cast<pid_t>(hexadecimal(id.substr(0, pid_digits)));
  const std::uint64_t start_time = hexadecimal(id.substr(pid_digits, start_digits));
  const std::uint64_t name_space = hexadecimal(id.substr(pid_digits + start_digits, namespace_digits));
  if (start_time == 0 || name_space == 0 || name_space != pid_namespace()) { return false; }
  return is_gone({.pid = pid, .start_time = start_time});
}

/// The run that an entry of a directory belongs to, if its name is one of fresh_name().
std::optional<std::string_view> run_of(std::string_view entry) {
  for (const std::string_view prefix : {semaphore_prefix, sysv_prefix, sysv_queue_prefix, mqueue_prefix}) {
    if (entry.starts_with(prefix)) {
      entry.remove_prefix(prefix.size());
      break;
    }
  }
  if (entry.ends_with(lock_suffix)) { entry.remove_suffix(lock_suffix.size()); }
  if (!entry.starts_with(name_prefix) || entry.size() != name_length) { return std::nullopt; }
  const std::string_view id = entry.substr(name_prefix.size(), id_length);
  if (!is_run_id(id) || entry[name_prefix.size() + id_length] != '-') { return std::nullopt; }
  return id;
}

/// Whether it has the form of fresh_name().
bool is_run_name(std::string_view name) {
  return name.starts_with(name_prefix) && run_of(name).has_value() &&
         name.substr(name_length - random_digits).find_first_not_of(hexadecimal_digits) == std::string_view::npos;
}

bool is_own_file(const std::filesystem::path& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0 && (S_ISREG(status.st_mode) || S_ISSOCK(status.st_mode)) && status.st_uid == geteuid();
}

/// What the file stands for, if it is one that stands for something.
void remove_marked(std::string_view name) {
  if (name.starts_with(sysv_prefix)) { remove_marked_set(name); }
  if (name.starts_with(sysv_queue_prefix)) { remove_marked_queue(name); }
  if (name.starts_with(mqueue_prefix)) { remove_marked_mqueue(name); }
}

std::size_t sweep_directory(const std::filesystem::path& directory, const std::function<bool(std::string_view id)>& wanted) {
  std::size_t removed = 0;
  std::error_code error;  // a directory that is missing or may not be read holds nothing of ours
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::optional<std::string_view> id = run_of(name);
    if (!id || !wanted(*id) || !is_own_file(entry->path())) { continue; }
    remove_marked(name);
    if (unlink(entry->path().c_str()) == 0) { ++removed; }
  }
  return removed;
}

std::size_t sweep_directories(const std::string& file_directory, const std::function<bool(std::string_view id)>& wanted) {
  std::size_t removed = sweep_directory(shm_directory, wanted) + sweep_directory(iceoryx_directory, wanted);
  if (file_directory != shm_directory && file_directory != iceoryx_directory) {
    removed += sweep_directory(file_directory, wanted);
  }
  return removed;
}

}  // namespace

std::string new_run_id() {
  constexpr std::uint64_t start_mask = (std::uint64_t{1} << (4 * start_digits)) - 1;
  const ProcessIdentity self = self_identity();
  return fmt::format("{:06x}{:09x}{:08x}{:016x}", self.pid, self.start_time & start_mask, pid_namespace(), random_bits());
}

const std::string& run_id() {
  return stored_run_id();
}

void adopt_run_id(std::string_view id) {
  if (!is_run_id(id)) { throw BadInput(fmt::format("run id '{}': expected {} lower-case hexadecimal digits", id, id_length)); }
  stored_run_id() = id;
}

std::string fresh_name() {
  return fmt::format("{}{}-{:016x}", name_prefix, run_id(), random_bits());
}

bool is_name_of_this_run(std::string_view name) {
  return is_run_name(name) && run_of(name) == run_id();
}

bool is_name_of_a_dead_run(std::string_view name) {
  const std::optional<std::string_view> id = run_of(name);
  return id && is_run_name(name) && leader_is_gone(*id);
}

void require_run_name(std::string_view name, const std::string& subject) {
  if (is_run_name(name)) { return; }
  throw BadInput(fmt::format("{}: the name is not allowed: expected {}RUN-NUMBER, of {} and {} lower-case hexadecimal digits",
                             subject, name_prefix, id_length, random_digits));
}

std::string default_file_directory() {
  const char* const chosen = std::getenv("TMPDIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
}

std::size_t sweep(std::string_view id, const std::string& file_directory) {
  return sweep_directories(file_directory, [id](std::string_view found) { return found == id; });
}

std::size_t sweep_stale(const std::string& file_directory) {
  return sweep_directories(file_directory, [](std::string_view found) { return leader_is_gone(found); });
}

}  // namespace shmlab::shm
