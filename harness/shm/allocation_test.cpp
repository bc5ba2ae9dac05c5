#include "shm/allocation.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>
#include <limits>
#include <string>

#include "shm/region.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"
#include "shm/testing/own_mounts.hpp"
#include "shm/testing/refusal.hpp"

namespace shmlab::shm {
namespace {

using testing::Child;
using testing::contains;
using testing::refusal_of;

constexpr int as_expected = 0;
constexpr int otherwise = 1;
constexpr int not_permitted = 2;

std::string refusal_to_create(const RegionSpec& spec) {
  return refusal_of([&] { Region::create(spec); });
}

class OversizedRegion : public testing::LeavesNothing, public ::testing::WithParamInterface<RegionKind> {};
INSTANTIATE_TEST_SUITE_P(Kinds, OversizedRegion, ::testing::ValuesIn(all_region_kinds),
                         [](const auto& instance) { return std::string(to_string(instance.param)); });

TEST_P(OversizedRegion, is_refused_when_no_file_can_be_that_large) {
  for (const std::size_t bytes : {std::numeric_limits<std::size_t>::max(), (std::size_t{1} << 46U) + 1}) {
    EXPECT_TRUE(contains(refusal_to_create({.kind = GetParam(), .payload_bytes = bytes}), "bytes of payload, expected at most"));
  }
}

TEST_P(OversizedRegion, is_refused_when_the_machine_cannot_hold_it) {
  const std::string why = refusal_to_create({.kind = GetParam(), .payload_bytes = std::size_t{1} << 45U});
  EXPECT_TRUE(contains(why, std::string(to_string(GetParam())) + " region"));
  EXPECT_TRUE(contains(why, "35184372092928"));
}

int create_under_a_file_limit(RegionKind kind) {
  const rlimit limit{.rlim_cur = 10'000, .rlim_max = 10'000};
  if (setrlimit(RLIMIT_FSIZE, &limit) == -1) { return otherwise; }
  const RegionSpec spec{.kind = kind, .payload_bytes = 20'000};
  if (kind == RegionKind::anonymous) {
    return Region::create(spec).payload_bytes() == spec.payload_bytes ? as_expected : otherwise;  // not a file: no limit
  }
  return contains(refusal_to_create(spec), "above 10000 bytes (ulimit -f)") ? as_expected : otherwise;
}

TEST_P(OversizedRegion, beyond_the_file_limit_is_refused_and_no_signal_comes) {
  Child child([] { return create_under_a_file_limit(GetParam()); });
  EXPECT_EQ(child.wait(), as_expected);
}

/// Runs `body` in a child that has a /dev/shm of its own, of 64 KiB.
template <class Body>
int with_small_shm(Body body) {
  Child child([&] {
    if (!testing::enter_own_mounts() || mount("none", "/dev/shm", "tmpfs", 0, "size=64k") == -1) { return not_permitted; }
    return body();
  });
  return child.wait();
}

TEST(FullShm, is_an_error_message_with_what_is_needed_and_what_is_free) {
  const int code = with_small_shm([] {
    const std::string why = refusal_to_create({.kind = RegionKind::posix_shm, .payload_bytes = 100'000});
    const bool told =
        contains(why, "posix_shm region '/dev/shm/shmlab-") && contains(why, "full: needs 104096 bytes, 65536 free");
    const bool clean = testing::entries_of_run(shm_directory).empty();
    return told && clean ? as_expected : otherwise;
  });
  if (code == not_permitted) { GTEST_SKIP() << "mounting is not permitted here"; }
  EXPECT_EQ(code, as_expected);
}

TEST(FullShm, takes_what_fits) {
  const int code = with_small_shm([] {
    Region region = Region::create({.kind = RegionKind::posix_shm, .payload_bytes = 40'000});
    region.payload()[39'999] = std::byte{1};
    return as_expected;
  });
  if (code == not_permitted) { GTEST_SKIP() << "mounting is not permitted here"; }
  EXPECT_EQ(code, as_expected);
}

TEST(FileRegion, is_refused_in_a_directory_that_is_missing_or_not_one) {
  const std::string missing = "/nonexistent-directory";
  EXPECT_TRUE(contains(refusal_to_create({.kind = RegionKind::file, .directory = missing}),
                       "cannot be created in directory '/nonexistent-directory': No such file"));
  EXPECT_TRUE(contains(refusal_to_create({.kind = RegionKind::file, .directory = "/dev/null"}), "Not a directory"));
}

TEST(MemfdRegion, is_refused_when_no_descriptor_is_left) {
  Child child([] {
    const rlimit limit{.rlim_cur = 0, .rlim_max = 0};
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1) { return otherwise; }
    return contains(refusal_to_create({}), "memfd region: cannot be created: Too many open files") ? as_expected : otherwise;
  });
  EXPECT_EQ(child.wait(), as_expected);
}

}  // namespace
}  // namespace shmlab::shm
