#include "run/message_socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "contract/error.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::run {
namespace {

/// Counters that hold 1, 2, ...
std::vector<FileDescriptor> counters(std::size_t count) {
  std::vector<FileDescriptor> made;
  for (unsigned i = 1; i <= count; ++i) { made.emplace_back(eventfd(i, EFD_CLOEXEC | EFD_NONBLOCK)); }
  return made;
}

std::vector<int> numbers(const std::vector<FileDescriptor>& descriptors) {
  std::vector<int> found;
  for (const FileDescriptor& descriptor : descriptors) { found.push_back(descriptor.get()); }
  return found;
}

TEST(MessageSocketTest, CarriesDescriptorsInTheirOrder) {
  const auto [here, there] = message_pair();
  const std::vector<FileDescriptor> sent = counters(most_descriptors);
  int message = 7;
  ASSERT_TRUE(send_message(here.get(), &message, sizeof message, numbers(sent)));
  message = 0;
  const Received received = receive_message(there.get(), &message, sizeof message);
  EXPECT_TRUE(received.whole);
  EXPECT_EQ(message, 7);
  ASSERT_EQ(received.descriptors.size(), most_descriptors);
  for (std::size_t i = 0; i < most_descriptors; ++i) {
    const int fd = received.descriptors[i].get();
    std::uint64_t value = 0;
    EXPECT_EQ(read(fd, &value, sizeof value), ssize_t{sizeof value});
    EXPECT_EQ(value, i + 1);
    EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  }
}

TEST(MessageSocketTest, CarriesNoneWhenNoneWereSent) {
  const auto [here, there] = message_pair();
  int message = 7;
  ASSERT_TRUE(send_message(here.get(), &message, sizeof message));
  const Received received = receive_message(there.get(), &message, sizeof message);
  EXPECT_TRUE(received.whole);
  EXPECT_TRUE(received.descriptors.empty());
}

TEST(MessageSocketTest, RefusesMoreThanGoWithAMessage) {
  const auto [here, there] = message_pair();
  const std::vector<int> many(most_descriptors + 1, here.get());
  const int message = 7;
  EXPECT_THROW(send_message(here.get(), &message, sizeof message, many), BadInput);
}

TEST(MessageSocketTest, FewerArriveWhereNoMoreMayBeOpen) {
  const auto [here, there] = message_pair();
  const std::vector<FileDescriptor> sent = counters(8);
  const int message = 7;
  ASSERT_TRUE(send_message(here.get(), &message, sizeof message, numbers(sent)));
  shm::testing::Child child([&socket = there] {
    constexpr rlimit as_many_as_there_are{.rlim_cur = 3, .rlim_max = 3};
    setrlimit(RLIMIT_NOFILE, &as_many_as_there_are);
    int into = 0;
    const Received received = receive_message(socket.get(), &into, sizeof into);
    return received.whole && into == 7 && received.descriptors.size() < 8 ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(MessageSocketTest, SaysThatTheOtherEndIsGone) {
  auto [here, there] = message_pair();
  there.reset();
  int message = 7;
  EXPECT_FALSE(send_message(here.get(), &message, sizeof message));
  EXPECT_FALSE(receive_message(here.get(), &message, sizeof message).whole);
}

}  // namespace
}  // namespace shmlab::run
