#include "shm/lent_memory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "shm/region.hpp"
#include "shm/region_header.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/refusal.hpp"

namespace shmlab::shm {
namespace {

using testing::Child;
using testing::contains;
using testing::refusal_of;

constexpr std::size_t payload_bytes = 50'000;

RegionSpec in(const std::string& lent) {
  return {.kind = RegionKind::memfd, .payload_bytes = payload_bytes, .fingerprint = 7, .lent = lent};
}

/// What the lender finds in the first byte of the payload.
std::byte first_of(const FileDescriptor& lent) {
  std::array<std::byte, 1> byte{};
  EXPECT_EQ(pread(lent.get(), byte.data(), byte.size(), payload_offset), 1);
  return byte[0];
}

TEST(LentMemory, HoldsOneRegionAfterTheOther) {
  const FileDescriptor lent = lend_memory(payload_offset + payload_bytes);
  for (const std::byte mark : {std::byte{1}, std::byte{2}}) {
    Region region = Region::create(in(path_of(lent)));
    EXPECT_EQ(region.mapped_bytes(), 14 * 4096U) << "all that is there";
    EXPECT_EQ(region.header().payload_bytes, region.payload_bytes());
    EXPECT_TRUE(std::all_of(region.payload(), region.payload() + region.payload_bytes(), [](std::byte b) {
      return b == std::byte{};
    })) << "nothing is left of the region before it";
    std::fill_n(region.payload(), region.payload_bytes(), mark);
    EXPECT_EQ(first_of(lent), mark) << "it is the same memory";
    region.mark_ready();
    const Region attached = Region::attach_fd(dup(region.fd()), {.fingerprint = 7});
    EXPECT_EQ(attached.payload()[payload_bytes], mark);
  }
}

TEST(LentMemory, IsOpenedByOtherProcesses) {
  const FileDescriptor lent = lend_memory(payload_offset + payload_bytes);
  const std::string path = path_of(lent);
  Child borrower([&] {
    Region region = Region::create(in(path));
    std::fill_n(region.payload(), payload_bytes, std::byte{3});
    return 0;
  });
  EXPECT_EQ(borrower.wait(), 0);
  EXPECT_EQ(first_of(lent), std::byte{3});
}

TEST(LentMemory, ThatWillNotDoIsRefused) {
  const FileDescriptor small = lend_memory(payload_bytes);
  EXPECT_TRUE(contains(refusal_of([&] { Region::create(in(path_of(small))); }), "expected at least 54096 bytes, found 53248"));
  std::string file = (std::filesystem::temp_directory_path() / "lent_memory.XXXXXX").string();
  const FileDescriptor ordinary(mkstemp(file.data()));
  const Region region = Region::create({.payload_bytes = payload_bytes});
  for (const std::string& other : {std::string("/proc/self/fd/999999"), std::string("/dev/zero"), file, path_of(ordinary),
                                   fmt::format("/proc/self/fd/{}", region.fd())}) {
    const std::string refusal = refusal_of([&] { Region::create(in(other)); });
    EXPECT_TRUE(contains(refusal, fmt::format("lent memory '{}': expected the memfd of who lends it", other)));
  }
  std::filesystem::remove(file);
  RegionSpec named = in(path_of(small));
  named.kind = RegionKind::posix_shm;
  EXPECT_THROW(Region::create(named), std::logic_error);
}

TEST(LentMemory, IsNotMoreThanTheMachineHas) {
  EXPECT_TRUE(contains(refusal_of([] { lend_memory(std::size_t{1} << 45U); }), "bytes of memory are available"));
  EXPECT_TRUE(contains(refusal_of([] { lend_memory(std::size_t{1} << 50U); }), "expected at most"));
}

TEST(LentMemory, IsWithinReachAsLongAsItsLenderKeepsIt) {
  FileDescriptor lent = lend_memory(1);
  const std::string path = path_of(lent);
  EXPECT_TRUE(is_within_reach(path));
  lent.reset();
  EXPECT_FALSE(is_within_reach(path));
  EXPECT_FALSE(is_within_reach(""));
}

}  // namespace
}  // namespace shmlab::shm
