#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace shmlab::run {

/// The directory of the calling process's cgroup (cgroups(7), version 2), from the texts of /proc/self/cgroup and /proc/self/mountinfo; nothing:
/// there is none, or it lies outside what is mounted.
std::optional<std::filesystem::path> cgroup_directory(const std::string& membership, const std::string& mounts);

/// A cgroup of a run's own. Whoever descends from a member is one, whoever its parent has become, and the kernel kills them all at one stroke
/// (cgroup.kill, since Linux 5.14), however fast they fork. It lies below the cgroup of who makes it, under a name of the run, so that the next run
/// finds what is left of a dead one.
/// Needs a cgroup that this user may write to: root's, or one that systemd delegates. Where there is none, nothing here has an effect, and
/// strays.hpp does its work alone.
class RunCgroup {
 public:
  /// Names it; nothing is made yet, so that others can be told of it first.
  RunCgroup();

  /// Without it a run goes on.
  void make();
  /// Why there is none; empty: there is, or will be.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }
  /// Takes the calling process in. false: the kernel refuses it.
  [[nodiscard]] bool enter() const;
  /// Kills all members. Who is their parent by then waits for them.
  void kill() const;
  /// Once all members are dead, or soon will be.
  void remove() const;

 private:
  std::filesystem::path directory_;  ///< empty: there is none
  std::string why_not_;
};

/// Why a run has no cgroup of its own here; empty: it has.
std::string run_cgroup_obstacle();

/// Ends whoever is left of this user's runs below the same cgroup whose leaders are certainly gone (shm/run_names.hpp), and removes their cgroups.
void sweep_stale_cgroups();

}  // namespace shmlab::run
