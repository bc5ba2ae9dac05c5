#include "shm/system_mark.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "contract/error.hpp"
#include "shm/run_names.hpp"

namespace shmlab::shm {
namespace {

std::string path_of(std::string_view name) {
  return fmt::format("{}/{}", shm_directory, name);
}

}  // namespace

std::string make_mark(std::string_view prefix, std::string_view subject) {
  constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
  std::string name = fmt::format("{}{}", prefix, fresh_name());
  const int file = open(path_of(name).c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (file == -1) {
    throw BadInput(fmt::format("{}: {} cannot be written ({})", subject, shm_directory, std::system_category().message(errno)));
  }
  close(file);  // cannot fail usefully: nothing was written
  return name;
}

void remove_mark(std::string_view name) {
  unlink(path_of(name).c_str());  // gone already is fine, and nothing else can be done about it here
}

/// FNV-1a (Fowler, Noll, Vo; RFC 9923), in the 31 bits of a key.
key_t key_of_mark(std::string_view name) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char letter : name) { hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100'0000'01b3; }
  constexpr std::uint64_t mask = 0x7fff'ffff;
  const auto key = static_cast<key_t>((hash ^ hash >> 32U) & mask);
  return key == IPC_PRIVATE ? 1 : key;
}

}  // namespace shmlab::shm
