#include "env/native_lock_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "shm/run_names.hpp"

namespace shmlab::env {
namespace {

static_assert(shm::name_length < sizeof(NativeLockFile::Shared::name), "the name and its NUL must fit");

std::string_view name_in(const NativeLockFile::Shared& shared) {
  return {shared.name.data(), strnlen(shared.name.data(), shared.name.size())};
}

std::string path_of(const NativeLockFile::Shared& shared) {
  return fmt::format("{}/{}", shm::shm_directory, name_in(shared));
}

}  // namespace

void NativeLockFile::create(Shared& shared) {
  const std::string name = shm::fresh_name();
  shared.name.fill('\0');
  std::ranges::copy(name, shared.name.begin());
  constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
  const int file = open(path_of(shared).c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (file == -1) {
    const int error = errno;
    const std::string reason = std::system_category().message(error);
    if (error == ENOENT || error == ENOTDIR) {
      throw Unavailable(fmt::format("lock file: {} is missing ({})", shm::shm_directory, reason));
    }
    throw BadInput(fmt::format("lock file: {} cannot be written ({})", shm::shm_directory, reason));
  }
  close(file);  // cannot fail usefully: nothing was written
}

void NativeLockFile::retire(const Shared& shared) {
  if (!shm::is_name_of_this_run(name_in(shared))) { return; }
  if (unlink(path_of(shared).c_str()) == -1 && errno != ENOENT) {
    throw std::system_error(errno, std::system_category(), "unlink (lock file)");
  }
}

NativeLockFile::NativeLockFile(const Shared& shared) : file_(open(path_of(shared).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)) {
  if (file_ == -1) { throw std::system_error(errno, std::system_category(), "open (lock file)"); }
}

NativeLockFile::~NativeLockFile() {
  if (file_ != -1) { close(file_); }  // cannot fail usefully: nothing was written
}

NativeLockFile::NativeLockFile(NativeLockFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

}  // namespace shmlab::env
