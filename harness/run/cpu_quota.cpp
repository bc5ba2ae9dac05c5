#include "run/cpu_quota.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

#include "contract/error.hpp"
#include "shm/run_names.hpp"

namespace shmlab::run {
namespace {

namespace fs = std::filesystem;

/// Short, so that a run of a tenth of a second has many.
constexpr std::uint64_t period_us = 10'000;

/// The group of this process that the CPU's scheduler knows.
struct Group {
  fs::path folder;
  bool is_v2 = false;
};

/// The controllers' folder with the path below it; inside a container the path may be the host's and lead nowhere: then the top, which is ours.
std::optional<fs::path> folder_of(const fs::path& mount, const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(mount / fs::path(path).relative_path(), ignored)) { return mount / fs::path(path).relative_path(); }
  return fs::is_directory(mount, ignored) ? std::optional(mount) : std::nullopt;
}

/// Of the lines `hierarchy:controllers:path` of /proc/self/cgroup the one whose files give quotas.
std::optional<Group> own_group(const fs::path& root) {
  std::ifstream lines(root / "proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) { continue; }
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    const bool has_cpu = ("," + controllers + ",").find(",cpu,") != std::string::npos;
    for (const std::string& mount : {controllers, std::string("cpu")}) {
      if (!has_cpu) { break; }
      if (const auto folder = folder_of(root / "sys/fs/cgroup" / mount, path)) { return Group{*folder, false}; }
    }
    std::error_code ignored;
    if (controllers.empty() && fs::exists(root / "sys/fs/cgroup/cgroup.controllers", ignored)) {
      if (const auto folder = folder_of(root / "sys/fs/cgroup", path)) { return Group{*folder, true}; }
    }
  }
  return std::nullopt;
}

/// Files of a control group take one write each.
bool write(const fs::path& file, const std::string& text) {
  std::ofstream stream(file);
  stream << text << std::flush;
  return stream.good();
}

bool limit(const fs::path& folder, bool is_v2, std::uint64_t quota_us) {
  if (is_v2) { return write(folder / "cpu.max", fmt::format("{} {}", quota_us, period_us)); }
  return write(folder / "cpu.cfs_period_us", fmt::format("{}", period_us)) &&
         write(folder / "cpu.cfs_quota_us", fmt::format("{}", quota_us));
}

}  // namespace

CpuQuota::CpuQuota(std::uint32_t percent, const std::filesystem::path& root) {
  const std::optional<Group> group = own_group(root);
  if (!group) { throw Unavailable("a CPU quota needs a control group with the controller cpu, and there is none"); }
  // Version 2 hands a controller down where the group above says so, and lets it say so when it has no members of its own.
  if (group->is_v2) { write(group->folder / "cgroup.subtree_control", "+cpu"); }
  folder_ = group->folder / shm::fresh_name();
  constexpr mode_t ours_alone = 0700;
  if (mkdir(folder_.c_str(), ours_alone) != 0) {
    throw Unavailable(fmt::format("a CPU quota needs a control group of our own, and {} lets us make none ({})",
                                  group->folder.string(), std::system_category().message(errno)));
  }
  if (!limit(folder_, group->is_v2, period_us * percent / 100)) {
    rmdir(folder_.c_str());  // it is empty
    throw Unavailable(fmt::format("{} does not let us limit the CPU time of a group below it", group->folder.string()));
  }
}

CpuQuota::~CpuQuota() {
  rmdir(folder_.c_str());  // EBUSY: a member is left, whom the janitor ends before it comes by
}

void CpuQuota::add(pid_t process) const {
  if (write(folder_ / "cgroup.procs", fmt::format("{}", process))) { return; }
  throw std::system_error(errno, std::system_category(), fmt::format("writing {}/cgroup.procs", folder_.string()));
}

void remove_quotas_of(std::string_view run_id, const std::filesystem::path& root) {
  const std::optional<Group> group = own_group(root);
  if (!group) { return; }
  const std::string prefix = fmt::format("shmlab-{}-", run_id);
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(group->folder, ignored)) {
    if (entry.path().filename().string().starts_with(prefix)) { rmdir(entry.path().c_str()); }  // EBUSY: as above
  }
}

}  // namespace shmlab::run
