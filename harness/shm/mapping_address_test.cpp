#include "shm/mapping_address.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdint>
#include <set>
#include <system_error>
#include <vector>

namespace shmlab::shm {
namespace {

constexpr std::size_t bytes = std::size_t{1} << 20U;

void* map_exactly(void* address) {
  void* const mapped = mmap(address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (mapped == MAP_FAILED) { throw std::system_error(errno, std::system_category(), "mmap"); }
  return mapped;
}

TEST(MappingAddress, is_page_aligned_and_differs_by_participant_and_by_call) {
  std::set<void*> seen;
  for (std::uint32_t participant = 0; participant < 32; ++participant) {
    for (int call = 0; call < 4; ++call) {
      void* const address = address_for(participant, bytes);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(address) % 4096, 0U);
      EXPECT_TRUE(seen.insert(address).second) << address;
    }
  }
}

TEST(MappingAddress, of_participants_lie_in_ranges_that_do_not_meet) {
  std::uintptr_t last_end = 0;
  for (std::uint32_t participant = 0; participant < 32; ++participant) {
    std::uintptr_t lowest = UINTPTR_MAX;
    std::uintptr_t highest = 0;
    for (int call = 0; call < 200; ++call) {
      const auto address = reinterpret_cast<std::uintptr_t>(address_for(participant, bytes));
      lowest = std::min(lowest, address);
      highest = std::max(highest, address);
    }
    EXPECT_GE(lowest, last_end);
    last_end = highest + bytes;
  }
}

TEST(MappingAddress, can_be_mapped_and_used) {
  std::vector<void*> mappings;
  for (std::uint32_t participant = 0; participant < 32; ++participant) {
    void* const mapped = map_apart(participant, bytes, map_exactly);
    *static_cast<volatile char*>(mapped) = 1;
    mappings.push_back(mapped);
  }
  for (void* const mapped : mappings) { EXPECT_EQ(munmap(mapped, bytes), 0); }
}

TEST(MapApart, tries_another_address_when_one_is_taken) {
  int calls = 0;
  void* const mapped = map_apart(3, bytes, [&](void* address) {
    ++calls;
    if (calls < 3) { throw std::system_error(EEXIST, std::system_category(), "taken"); }
    return address;
  });
  EXPECT_NE(mapped, nullptr);
  EXPECT_EQ(calls, 3);
}

TEST(MapApart, gives_up_when_every_address_is_taken) {
  const auto taken = [](void*) -> int { throw std::system_error(EEXIST, std::system_category(), "taken"); };
  EXPECT_THROW(map_apart(3, bytes, taken), std::system_error);
}

TEST(MapApart, passes_other_errors_on_at_once) {
  int calls = 0;
  const auto broken = [&](void*) -> int {
    ++calls;
    throw std::system_error(ENOMEM, std::system_category(), "broken");
  };
  EXPECT_THROW(map_apart(3, bytes, broken), std::system_error);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace shmlab::shm
