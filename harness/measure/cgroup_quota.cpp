#include "measure/cgroup_quota.hpp"

#include <algorithm>
#include <sstream>
#include <string>

namespace shmlab::measure {
namespace {

std::optional<double> ratio_of(std::optional<std::int64_t> quota, std::optional<std::int64_t> period) {
  if (!quota || !period || *quota <= 0 || *period <= 0) { return std::nullopt; }  // -1: no limit
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

/// "50000 100000", or "max 100000" for no limit.
std::optional<double> quota_v2(const SystemFiles& files, const std::string& folder) {
  const std::string limit = files.line(folder + "/cpu.max").value_or("");
  const std::size_t blank = limit.find(' ');
  if (blank == std::string::npos) { return std::nullopt; }
  return ratio_of(parse_number(limit.substr(0, blank)), parse_number(limit.substr(blank + 1)));
}

std::optional<double> quota_v1(const SystemFiles& files, const std::string& folder) {
  return ratio_of(files.number(folder + "/cpu.cfs_quota_us"), files.number(folder + "/cpu.cfs_period_us"));
}

std::optional<double> tighter(std::optional<double> one, std::optional<double> other) {
  if (!one || !other) { return one ? one : other; }
  return std::min(*one, *other);
}

/// One line of /proc/self/cgroup, `hierarchy:controllers:path`; version 2 has no controllers in it.
struct Membership {
  std::string controllers;
  std::string path;
};

std::optional<Membership> parse_membership(const std::string& line) {
  const std::size_t first = line.find(':');
  const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
  if (second == std::string::npos) { return std::nullopt; }
  return Membership{.controllers = line.substr(first + 1, second - first - 1), .path = line.substr(second + 1)};
}

bool names_cpu(const std::string& controllers) {
  return ("," + controllers + ",").find(",cpu,") != std::string::npos;
}

/// The group and those above it. Inside a container the path may be the host's and lead nowhere; the top is still ours.
template <class Quota>
std::optional<double> tightest_upwards(const SystemFiles& files, const std::string& mount, std::string path, Quota quota) {
  std::optional<double> tightest;
  while (!path.empty()) {
    tightest = tighter(tightest, quota(files, mount + path));
    path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  }
  return tighter(tightest, quota(files, mount));
}

}  // namespace

std::optional<double> cgroup_cpu_quota(const SystemFiles& files) {
  std::optional<double> tightest;
  std::istringstream lines(files.text("proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const auto membership = parse_membership(line);
    if (!membership) { continue; }
    if (membership->controllers.empty()) {
      tightest = tighter(tightest, tightest_upwards(files, "sys/fs/cgroup", membership->path, quota_v2));
    } else if (names_cpu(membership->controllers)) {
      tightest = tighter(tightest, tightest_upwards(files, "sys/fs/cgroup/cpu", membership->path, quota_v1));
      // The mount point bears the controllers' names; "cpu" is a link to it where a distribution made one.
      tightest =
          tighter(tightest, tightest_upwards(files, "sys/fs/cgroup/" + membership->controllers, membership->path, quota_v1));
    }
  }
  return tightest;
}

}  // namespace shmlab::measure
