#include "run/order_segment.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "contract/error.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::run {
namespace {

using shm::testing::Child;

TEST(OrderSegmentTest, IsReadByWhoIsForkedAndFollowsTheRunner) {
  OrderSegment& segment = OrderSegment::instance();
  segment.begin().seed = 41;
  Child child([] {
    const CaseOrder& order = map_orders(OrderSegment::inherited_fd());
    if (order.seed != 41) { return 1; }
    // relaxed: the flag carries no data
    return shm::testing::eventually([&] { return order.stop.load(std::memory_order_relaxed) == 7; }) ? 0 : 2;
  });
  segment.order().stop.store(7, std::memory_order_relaxed);
  EXPECT_EQ(child.wait(), 0);
}

/// Each bit of the answer: a way to write that was open.
int ways_to_write(int fd) {
  constexpr std::uint64_t word = 1;
  const CaseOrder& order = map_orders(fd);
  auto* const address = const_cast<CaseOrder*>(&order);
  int ways = 0;
  if (mprotect(address, sizeof(CaseOrder), PROT_READ | PROT_WRITE) == 0) { ways |= 1; }
  if (mmap(nullptr, sizeof(CaseOrder), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED) { ways |= 2; }
  if (pwrite(fd, &word, sizeof word, 0) >= 0) { ways |= 4; }
  if (ftruncate(fd, 0) == 0) { ways |= 8; }
  return ways;
}

TEST(OrderSegmentTest, CannotBeWrittenByWhoIsForked) {
  const OrderSegment& segment = OrderSegment::instance();
  Child child([fd = segment.fd()] { return ways_to_write(fd); });
  EXPECT_EQ(child.wait(), 0);
}

/// The test above would see it: memory of the same kind that is not sealed.
TEST(OrderSegmentTest, WouldBeWrittenWithoutItsSeals) {
  const FileDescriptor open(memfd_create("unsealed", MFD_CLOEXEC));
  ASSERT_EQ(ftruncate(open.get(), sizeof(CaseOrder)), 0);
  Child child([fd = open.get()] { return ways_to_write(fd); });
  EXPECT_EQ(child.wait(), 15);
}

TEST(OrderSegmentTest, IsNotInheritedWithTheRunnersMapping) {
  const OrderSegment& segment = OrderSegment::instance();
  Child child([&segment] {
    unsigned char resident = 0;
    return mincore(&segment.order(), 1, &resident) == -1 && errno == ENOMEM ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(OrderSegmentTest, RefusesWhatHoldsNoOrders) {
  const FileDescriptor empty(memfd_create("empty", MFD_CLOEXEC));
  EXPECT_THROW(map_orders(empty.get()), BadInput);
  EXPECT_THROW(map_orders(-1), BadInput);
}

}  // namespace
}  // namespace shmlab::run
