#include "env/native_robust_list.hpp"

#include <fmt/core.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "contract/error.hpp"

namespace shmlab::env {
namespace {

using Member = RobustWord<std::uint32_t>;
constexpr long word_from_next =
    -static_cast<long>(offsetof(Member, links) + offsetof(RobustLinks, next));  // offsetof(Member, word) is 0
static_assert(offsetof(Member, word) == 0);
static_assert(offsetof(RobustLinks, next) == sizeof(robust_list*), "the way back lies just before the way on");

struct Found {
  robust_list_head* head = nullptr;
  std::string why_not;
};

Found look() {
  constexpr int calling_thread = 0;
  robust_list_head* head = nullptr;
  std::size_t bytes = 0;
  if (syscall(SYS_get_robust_list, calling_thread, &head, &bytes) == -1) {
    return {nullptr, fmt::format("get_robust_list: {}", std::strerror(errno))};  // ENOSYS: no robust futexes
  }
  if (head == nullptr || bytes != sizeof *head) { return {nullptr, "the C library has no robust list for its threads"}; }
  if (head->futex_offset != word_from_next) {
    return {nullptr, fmt::format("the C library's robust list has words {} bytes from their links; {} are known here",
                                 head->futex_offset, word_from_next)};
  }
  return {head, {}};
}

}  // namespace

std::string NativeRobustList::unavailable() {
  return look().why_not;
}

robust_list_head* NativeRobustList::find() {
  Found found = look();
  if (found.head == nullptr) { throw Unavailable("robust list: " + found.why_not); }
  return found.head;
}

}  // namespace shmlab::env
