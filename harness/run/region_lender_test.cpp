#include "run/region_lender.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>

#include "run/testing/file_status.hpp"

namespace shmlab::run {
namespace {

using testing::status_of;

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST(RegionLender, GivesEachTurnOtherMemory) {
  RegionLender lender;
  std::set<ino_t> seen;
  for (int turn = 0; turn < 50; ++turn) {
    const struct stat status = status_of(lender.next(10'000));
    EXPECT_GE(status.st_size, 10'000);
    seen.insert(status.st_ino);
  }
  EXPECT_EQ(seen.size(), 50U);
}

TEST(RegionLender, LendsNothingWhereNothingIsWanted) {
  RegionLender lender;
  const std::ptrdiff_t before = open_descriptors();
  EXPECT_EQ(lender.next(0), "");
  EXPECT_EQ(open_descriptors(), before);
}

TEST(RegionLender, KeepsSomeOfItAlone) {
  RegionLender lender;
  const std::ptrdiff_t before = open_descriptors();
  for (int turn = 0; turn < 300; ++turn) { lender.next(4096); }
  EXPECT_LE(open_descriptors() - before, 100);
  constexpr std::size_t mib = std::size_t{1} << 20U;
  for (int turn = 0; turn < 10; ++turn) { lender.next(20 * mib); }
  EXPECT_LE(open_descriptors() - before, 3) << "64 MiB";
  EXPECT_GE(status_of(lender.next(70 * mib)).st_size, static_cast<off_t>(70 * mib)) << "one of them, however large";
  EXPECT_LE(open_descriptors() - before, 1);
}

}  // namespace
}  // namespace shmlab::run
