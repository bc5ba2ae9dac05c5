#pragma once

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

// What ProgramStart::prepare can do in the child: each returns whether it worked.

namespace shmlab::cli::testing {

inline constexpr uid_t nobody = 65534;

/// Whoever ignores permissions gives that up.
inline bool become_ordinary_user() {
  if (geteuid() != 0) { return true; }
  return setgroups(0, nullptr) == 0 && setgid(nobody) == 0 && setuid(nobody) == 0;
}

/// Standard input is that file.
inline bool read_from(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return file >= 0 && dup2(file, STDIN_FILENO) == STDIN_FILENO;
}

/// A mount namespace of its own, in which this process may mount.
inline bool enter_mount_namespace() {
  const int kinds = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS;
  return unshare(kinds) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// Whether enter_mount_namespace() would work here; asked of a child, since there is no way back.
inline bool may_mount() {
  const pid_t child = fork();
  if (child == 0) { _exit(enter_mount_namespace() ? 0 : 1); }
  int status = -1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/// Gives the child a /dev/shm that holds one page, or, where it may not mount, no file that is larger than one.
inline bool have_tiny_shm() {
  constexpr rlim_t page = 4096;
  if (enter_mount_namespace()) { return mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=4k") == 0; }
  std::signal(SIGXFSZ, SIG_IGN);  // then the limit is an error code; exec keeps this
  const rlimit limit{page, page};
  return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

/// A directory for one test, removed with all that is in it.
class TestDirectory {
 public:
  TestDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "cli_test.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) { throw std::system_error(errno, std::generic_category(), "mkdtemp"); }
    path_ = name;
    open_to_all();
  }
  ~TestDirectory() {
    open_to_all();
    std::error_code error;  // what cannot be removed is left to the system's cleaning of temporary files
    std::filesystem::remove_all(path_, error);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  [[nodiscard]] std::string path(const std::string& name = "") const { return (path_ / name).string(); }
  /// Makes a file and returns its path.
  [[nodiscard]] std::string file(const std::string& name, const std::string& contents) const {
    std::ofstream(path(name), std::ios::binary) << contents;
    return path(name);
  }
  void close_to_all() const { std::filesystem::permissions(path_, std::filesystem::perms::none); }
  void open_to_all() const { std::filesystem::permissions(path_, std::filesystem::perms::all); }

 private:
  std::filesystem::path path_;
};

}  // namespace shmlab::cli::testing
