#include "env/carried_descriptors.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "contract/error.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::env {
namespace {

using shm::FileDescriptor;
using shm::testing::Child;

FileDescriptor counter(unsigned value) {
  return FileDescriptor(eventfd(value, EFD_CLOEXEC | EFD_NONBLOCK));
}

/// What the counter behind the descriptor holds; it is 0 then.
std::uint64_t taken_from(int fd) {
  std::uint64_t value = 0;
  return read(fd, &value, sizeof value) == sizeof value ? value : 0;
}

bool is_open(int fd) {
  return fcntl(fd, F_GETFD) >= 0;
}

TEST(CarriedDescriptorsTest, ATicketStandsForWhatWasAdded) {
  const CarriedScope scope;
  const std::uint32_t one = CarriedDescriptors::add(counter(1));
  const std::uint32_t two = CarriedDescriptors::add(counter(2));
  EXPECT_EQ(taken_from(CarriedDescriptors::at(two)), 2U);
  EXPECT_EQ(taken_from(CarriedDescriptors::at(one)), 1U);
  EXPECT_EQ(CarriedDescriptors::all(), (std::vector{CarriedDescriptors::at(one), CarriedDescriptors::at(two)}));
}

TEST(CarriedDescriptorsTest, NoneIsInheritedByAnotherProgram) {
  const CarriedScope scope;
  const int fd = CarriedDescriptors::at(CarriedDescriptors::add(FileDescriptor(eventfd(0, 0))));
  EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
}

TEST(CarriedDescriptorsTest, AForkedChildHasThem) {
  const CarriedScope scope;
  const std::uint32_t ticket = CarriedDescriptors::add(counter(5));
  Child child([ticket] { return static_cast<int>(taken_from(CarriedDescriptors::at(ticket))); });
  EXPECT_EQ(child.wait(), 5);
  EXPECT_EQ(taken_from(CarriedDescriptors::at(ticket)), 0U) << "it is the same counter";
}

TEST(CarriedDescriptorsTest, WhoIsGivenThemKnowsThemByTheSameTickets) {
  const CarriedScope scope;
  CarriedDescriptors::add(counter(9));  // of an earlier case
  std::vector<FileDescriptor> given;
  given.push_back(counter(3));
  given.push_back(counter(4));
  CarriedDescriptors::adopt(std::move(given));
  EXPECT_EQ(taken_from(CarriedDescriptors::at(0)), 3U);
  EXPECT_EQ(taken_from(CarriedDescriptors::at(1)), 4U);
}

TEST(CarriedDescriptorsTest, ATicketThatNobodyGaveIsRefused) {
  const CarriedScope scope;
  CarriedDescriptors::add(counter(1));
  EXPECT_THROW(CarriedDescriptors::at(1), std::out_of_range);
  EXPECT_THROW(CarriedDescriptors::at(0xffff'ffff), std::out_of_range);
  CarriedDescriptors::drop(0xffff'ffff);
  EXPECT_EQ(CarriedDescriptors::all().size(), 1U);
}

TEST(CarriedDescriptorsTest, AreClosedOneByOneAndAtTheEnd) {
  int first = -1;
  int second = -1;
  {
    const CarriedScope scope;
    const std::uint32_t ticket = CarriedDescriptors::add(counter(1));
    first = CarriedDescriptors::at(ticket);
    second = CarriedDescriptors::at(CarriedDescriptors::add(counter(1)));
    CarriedDescriptors::drop(ticket);
    EXPECT_FALSE(is_open(first));
    EXPECT_TRUE(is_open(second));
    EXPECT_THROW(CarriedDescriptors::at(ticket), std::out_of_range);
  }
  EXPECT_FALSE(is_open(second));
}

TEST(CarriedDescriptorsTest, ThereIsAnEndToThem) {
  const CarriedScope scope;
  for (std::size_t i = 0; i < CarriedDescriptors::most; ++i) { CarriedDescriptors::add(counter(1)); }
  EXPECT_THROW(CarriedDescriptors::add(counter(1)), BadInput);
}

}  // namespace
}  // namespace shmlab::env
