#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace shmlab::run {

class CaseRegion;

/// Finds out, without a time-out, that nobody will ever go on: every unfinished participant has slept in an untimed futex wait, or for a lock of the kernel's,
/// from one look to the next. The stretches overlap, so at some moment all were asleep at once, and only a participant
/// could have woken one of them. A woken thread that has not got a CPU yet counts as running, so a slow machine cannot fool it.
class HangWatch {
 public:
  explicit HangWatch(const CaseRegion& region) : region_(region) {}

  /// Looks once; true when the look before and this one together prove that all who are left are stranded.
  bool look();
  /// Where participant `index` was at the last look.
  [[nodiscard]] const std::string& where(std::uint32_t index) const { return last_[index].where; }

 private:
  struct Sight {
    bool asleep_for_good = false;
    std::uint64_t switches = 0;
    std::string where;
  };
  const CaseRegion& region_;
  std::vector<Sight> last_;
};

}  // namespace shmlab::run
