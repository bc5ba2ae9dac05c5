#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shmlab::shm {

/// Exit code of a participant that touched memory of a region that another process has cut off (EX_TEMPFAIL of sysexits.h).
inline constexpr int lost_region_exit_code = 75;

/// Gets one line without its end, and returns the exit code. Called inside a signal handler: may do what signal-safety(7) lists.
using TellOfLoss = int (*)(std::string_view line);

/// From now on, in this process and those forked from it: who touches memory of a mapped Region that is no longer behind it, because its file was
/// truncated, does not die of SIGBUS, but `tell` hears which region, which byte, and how long the file is, and then the process exits,
/// without anything else. Any other SIGBUS kills as before. The latest call counts.
void guard_against_truncation(TellOfLoss tell);

/// A mapping for the guard to know, for as long as this lives. Never fails; beyond 64 at a time the guard does not know it.
class GuardedMapping {
 public:
  GuardedMapping() = default;
  /// `subject` names the region; what is longer than 200 bytes is cut.
  GuardedMapping(const void* base, std::size_t bytes, int fd, std::string_view subject);
  ~GuardedMapping() { forget(); }
  GuardedMapping(GuardedMapping&& other) noexcept;
  GuardedMapping& operator=(GuardedMapping&& other) noexcept;
  GuardedMapping(const GuardedMapping&) = delete;
  GuardedMapping& operator=(const GuardedMapping&) = delete;

  /// It lies elsewhere now, or has another descriptor.
  void move_to(const void* base);
  void use_descriptor(int fd);

 private:
  void forget() noexcept;
  static constexpr std::size_t none = SIZE_MAX;
  std::size_t slot_ = none;
};

}  // namespace shmlab::shm
