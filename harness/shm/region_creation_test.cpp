#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "shm/backing.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"
#include "shm/testing/refusal.hpp"

namespace shmlab::shm {
namespace {

using testing::Child;
using testing::contains;
using testing::refusal_of;

constexpr std::size_t payload_bytes = 100'000;

/// Regions that are attached while they are still being created.
class RegionCreation : public testing::LeavesNothing {
 protected:
  static Region create() { return Region::create({.kind = RegionKind::posix_shm, .payload_bytes = payload_bytes}); }

  /// In a child: 0 when the payload is whole as soon as attach returns.
  static int attach_and_verify(const std::string& name) {
    const Region region = Region::attach_name(RegionKind::posix_shm, name, {.wait = testing::watchdog});
    const bool whole =
        std::all_of(region.payload(), region.payload() + payload_bytes, [](std::byte b) { return b == std::byte{1}; });
    return whole ? 0 : 1;
  }
};

TEST_F(RegionCreation, is_over_for_attachers_only_when_the_payload_is_whole) {
  for (int round = 0; round < 100; ++round) {
    Region region = create();
    Child first([&] { return attach_and_verify(region.name()); });
    Child second([&] { return attach_and_verify(region.name()); });
    std::fill_n(region.payload(), payload_bytes, std::byte{1});
    region.mark_ready();
    ASSERT_EQ(first.wait(), 0);
    ASSERT_EQ(second.wait(), 0);
  }
}

TEST_F(RegionCreation, holds_attachers_back_until_it_is_over) {
  Region region = create();
  Child attacher([&] { return attach_and_verify(region.name()); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(attacher.is_running());
  std::fill_n(region.payload(), payload_bytes, std::byte{1});
  region.mark_ready();
  EXPECT_EQ(attacher.wait(), 0);
}

TEST_F(RegionCreation, that_takes_too_long_is_refused) {
  const Region region = create();
  EXPECT_TRUE(contains(
      refusal_of([&] { Region::attach_name(RegionKind::posix_shm, region.name(), {.wait = std::chrono::milliseconds(60)}); }),
      "not ready in time: still being created"));
}

TEST_F(RegionCreation, that_is_given_up_releases_the_attachers_with_the_reason) {
  std::optional<Region> region = create();
  const std::string name = region->name();
  Child attacher([&] {
    const std::string why = refusal_of([&] { attach_and_verify(name); });
    return contains(why, "abandoned by its creator") ? 0 : 1;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  region.reset();
  const int code = attacher.wait();
  EXPECT_EQ(code, 0);
}

TEST_F(RegionCreation, whose_creator_died_is_refused_within_the_bound) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  Child creator([&] {
    const Region region = create();
    if (write(pipe_ends[1], region.name().data(), region.name().size()) < 0) { return 1; }
    _exit(0);  // as if killed: no destructor runs, the region stays in creation
    return 0;
  });
  std::string name(name_length + 1, '\0');
  ASSERT_EQ(read(pipe_ends[0], name.data(), name.size()), static_cast<ssize_t>(name.size()));
  const std::string why = refusal_of([&] { Region::attach_name(RegionKind::posix_shm, name, {.wait = testing::watchdog}); });
  EXPECT_TRUE(contains(why, "died before it was ready"));
  EXPECT_EQ(creator.wait(), 0);
  EXPECT_EQ(sweep(run_id()), 1U) << "what the dead creator left";
  for (const int end : pipe_ends) { close(end); }
}

TEST_F(RegionCreation, under_a_name_that_another_has_is_refused) {
  for (const RegionKind kind : {RegionKind::posix_shm, RegionKind::file}) {
    const std::string name = fresh_name();
    const Region first = Region::create({.kind = kind, .payload_bytes = 64, .name = name});
    EXPECT_TRUE(first.name().ends_with("/" + name));
    EXPECT_THROW(Region::create({.kind = kind, .payload_bytes = 64, .name = name}), RegionExists);
    EXPECT_TRUE(
        contains(refusal_of([&] { Region::create({.kind = kind, .payload_bytes = 64, .name = "../" + name}); }), "not allowed"));
  }
}

}  // namespace
}  // namespace shmlab::shm
