#include "shm/region.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>

#include "contract/error.hpp"
#include "shm/mapping_address.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::shm {
namespace {

using testing::Child;

constexpr std::uint64_t fingerprint = 0x1234;
constexpr std::size_t payload_bytes = 10'000;

RegionSpec spec_of(RegionKind kind) {
  return {.kind = kind, .payload_bytes = payload_bytes, .fingerprint = fingerprint};
}

std::span<std::byte> payload_of(const Region& region) {
  return {region.payload(), region.payload_bytes()};
}

bool is_filled_with(const Region& region, std::byte value) {
  return std::ranges::all_of(payload_of(region), [=](std::byte found) { return found == value; });
}

std::filesystem::path path_of(const Region& region) {
  return region.kind() == RegionKind::posix_shm ? std::string(shm_directory) + region.name() : region.name();
}

class RegionOfEveryKind : public testing::LeavesNothing, public ::testing::WithParamInterface<RegionKind> {
 protected:
  Region region_ = Region::create(spec_of(GetParam()));
};
INSTANTIATE_TEST_SUITE_P(Kinds, RegionOfEveryKind, ::testing::ValuesIn(all_region_kinds),
                         [](const auto& instance) { return std::string(to_string(instance.param)); });

class Memfd : public testing::LeavesNothing {
 protected:
  Region region_ = Region::create(spec_of(RegionKind::memfd));
};

/// What a participant does that is not the creator, in the way that its kind allows.
Region attach_apart(Region& inherited) {
  return map_apart(1, inherited.mapped_bytes(), [&](void* address) {
    const AttachSpec spec{.fingerprint = fingerprint, .payload_bytes = payload_bytes, .address_hint = address};
    if (has_name(inherited.kind())) { return Region::attach_name(inherited.kind(), inherited.name(), spec); }
    if (inherited.kind() == RegionKind::memfd) { return Region::attach_fd(dup(inherited.fd()), spec); }
    inherited.relocate(address);
    return std::move(inherited);
  });
}

TEST_P(RegionOfEveryKind, starts_in_creation_with_a_zero_payload) {
  EXPECT_EQ(region_.kind(), GetParam());
  EXPECT_EQ(region_.payload_bytes(), payload_bytes);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(region_.payload()) % payload_offset, 0U);
  EXPECT_TRUE(is_filled_with(region_, std::byte{0}));
  EXPECT_EQ(region_.header().state, static_cast<std::uint32_t>(RegionState::creating));
  EXPECT_EQ(region_.fd() == -1, GetParam() == RegionKind::anonymous);
  EXPECT_EQ(region_.name().empty(), !has_name(GetParam()));
}

TEST_P(RegionOfEveryKind, carries_data_both_ways_between_processes_at_different_addresses) {
  std::ranges::fill(payload_of(region_), std::byte{'p'});
  region_.mark_ready();
  const std::byte* const here = region_.payload();
  Child child([&] {
    const Region there = attach_apart(region_);
    if (there.payload() == here || there.kind() != GetParam() || !is_filled_with(there, std::byte{'p'})) { return 1; }
    std::ranges::fill(payload_of(there), std::byte{'c'});
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(is_filled_with(region_, std::byte{'c'}));
}

TEST_P(RegionOfEveryKind, moves_to_another_address_and_keeps_its_memory) {
  std::ranges::fill(payload_of(region_), std::byte{'m'});
  const std::byte* const before = region_.payload();
  map_apart(5, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
  EXPECT_NE(region_.payload(), before);
  EXPECT_TRUE(is_filled_with(region_, std::byte{'m'}));
  region_.mark_ready();
  EXPECT_EQ(region_.header().state, static_cast<std::uint32_t>(RegionState::ready));
}

TEST_P(RegionOfEveryKind, does_not_move_over_another_mapping) {
  const Region other = Region::create(spec_of(GetParam()));
  const std::byte* const before = region_.payload();
  try {
    region_.relocate(other.payload() - payload_offset);
    FAIL() << "the other mapping was replaced";
  } catch (const std::system_error& error) { EXPECT_EQ(error.code().value(), EEXIST); }
  EXPECT_EQ(region_.payload(), before);
}

TEST_P(RegionOfEveryKind, belongs_to_the_process_that_created_it) {
  Child child([&] {
    { const Region inherited = std::move(region_); }
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(region_.header().state, static_cast<std::uint32_t>(RegionState::creating)) << "a child abandoned it";
  if (has_name(GetParam())) { EXPECT_TRUE(std::filesystem::exists(path_of(region_))) << "a child unlinked it"; }
}

TEST_P(RegionOfEveryKind, is_made_ready_by_its_creator_alone) {
  Child child([&] {
    int refused = 0;
    try {
      region_.mark_ready();
    } catch (const std::logic_error&) { ++refused; }
    try {
      region_.abandon();
    } catch (const std::logic_error&) { ++refused; }
    return refused;
  });
  EXPECT_EQ(child.wait(), 2);
}

TEST_P(RegionOfEveryKind, survives_being_moved_as_an_object) {
  std::ranges::fill(payload_of(region_), std::byte{'o'});
  Region moved = std::move(region_);
  Region assigned = Region::create(spec_of(GetParam()));
  assigned = std::move(moved);
  EXPECT_TRUE(is_filled_with(assigned, std::byte{'o'}));
  assigned.mark_ready();
}

class NamedRegion : public RegionOfEveryKind {};
INSTANTIATE_TEST_SUITE_P(Kinds, NamedRegion, ::testing::Values(RegionKind::posix_shm, RegionKind::file),
                         [](const auto& instance) { return std::string(to_string(instance.param)); });

TEST_P(NamedRegion, is_for_its_owner_alone) {
  struct stat status{};
  ASSERT_EQ(stat(path_of(region_).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & static_cast<mode_t>(ALLPERMS), mode_t{0600});
  EXPECT_EQ(status.st_uid, geteuid());
}

TEST_P(NamedRegion, is_allocated_up_front) {
  struct stat status{};
  ASSERT_EQ(stat(path_of(region_).c_str(), &status), 0);
  EXPECT_GE(status.st_blocks * 512, static_cast<blkcnt_t>(region_.mapped_bytes()));
}

TEST_P(NamedRegion, lives_on_without_its_name) {
  region_.mark_ready();
  const Region attached = Region::attach_name(GetParam(), region_.name(), {.fingerprint = fingerprint});
  region_.unlink();
  EXPECT_FALSE(std::filesystem::exists(path_of(region_)));
  EXPECT_NO_THROW(region_.unlink()) << "a second time does nothing";
  std::ranges::fill(payload_of(region_), std::byte{'u'});
  EXPECT_TRUE(is_filled_with(attached, std::byte{'u'}));
}

TEST_P(NamedRegion, keeps_its_name_when_an_attacher_leaves) {
  region_.mark_ready();
  {
    Region attached = Region::attach_name(GetParam(), region_.name(), {.fingerprint = fingerprint});
    attached.unlink();
  }
  EXPECT_TRUE(std::filesystem::exists(path_of(region_)));
}

TEST_F(Memfd, is_sealed_against_changes_of_size) {
  EXPECT_EQ(fcntl(region_.fd(), F_GET_SEALS), F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  EXPECT_EQ(ftruncate(region_.fd(), 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(ftruncate(region_.fd(), 1 << 20), -1);
}

TEST_F(Memfd, descriptor_closes_on_exec) {
  EXPECT_NE(fcntl(region_.fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(Memfd, refuses_an_address_that_is_taken_and_leaves_the_descriptor_to_the_caller) {
  region_.mark_ready();
  const int fd = dup(region_.fd());
  try {
    Region::attach_fd(fd, {.fingerprint = fingerprint, .address_hint = region_.payload() - payload_offset});
    FAIL() << "mapped over another mapping";
  } catch (const std::system_error& error) { EXPECT_EQ(error.code().value(), EEXIST); }
  EXPECT_NE(fcntl(fd, F_GETFD), -1);
  close(fd);
}

TEST(RegionWithoutPayload, holds_its_header_alone) {
  Region region = Region::create({});
  region.mark_ready();
  const Region attached = Region::attach_fd(dup(region.fd()), {});
  EXPECT_EQ(attached.payload_bytes(), 0U);
}

}  // namespace
}  // namespace shmlab::shm
