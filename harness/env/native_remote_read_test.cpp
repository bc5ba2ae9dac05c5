#include "env/native_remote_read.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "env/message_shape.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::env {
namespace {

using shm::testing::Child;

constexpr MessageShape shape{.bytes = 100, .messages = 3};

std::vector<std::byte> numbered(int number) {
  return std::vector<std::byte>(shape.bytes, static_cast<std::byte>(number));
}

/// Memory that is shared with children.
class RemoteReadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = NativeRemoteRead::unavailable(); !reason.empty()) { GTEST_SKIP() << reason; }
    void* memory = mmap(nullptr, sizeof(NativeRemoteRead::Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    shared_ = new (memory) NativeRemoteRead::Shared{};
  }
  void TearDown() override {
    if (shared_ != nullptr) { munmap(shared_, sizeof(NativeRemoteRead::Shared)); }
  }
  NativeRemoteRead endpoint() { return {*shared_, shape}; }

  NativeRemoteRead::Shared* shared_ = nullptr;
};

TEST_F(RemoteReadTest, HoldsAsManyAsWereAskedFor) {
  NativeRemoteRead both = endpoint();
  std::vector<std::byte> into(shape.bytes);
  EXPECT_FALSE(both.try_receive(into));
  for (int sent = 0, taken = 0; taken < 10;) {
    while (both.try_send(numbered(sent))) { ++sent; }
    EXPECT_EQ(sent - taken, 3);
    ASSERT_TRUE(both.try_receive(into));
    EXPECT_EQ(into, numbered(taken++));
  }
}

TEST_F(RemoteReadTest, FetchesFromAnotherProcessWhichStaysUntilAllIsFetched) {
  Child sender([&] {
    NativeRemoteRead messages = endpoint();
    for (int number = 1; number <= 3; ++number) {
      if (!messages.try_send(numbered(number))) { return 1; }
    }
    return 0;
  });
  NativeRemoteRead messages = endpoint();
  std::vector<std::byte> into(shape.bytes);
  for (int number = 1; number <= 3; ++number) {
    ASSERT_TRUE(shm::testing::eventually([&] { return messages.try_receive(into); }));
    EXPECT_EQ(into, numbered(number));
    EXPECT_TRUE(number == 3 || sender.is_running());
  }
  EXPECT_EQ(sender.wait(), 0);
}

TEST_F(RemoteReadTest, TheReceiverOfADeadSenderIsToldOnce) {
  Child sender([&] {
    NativeRemoteRead messages = endpoint();
    messages.try_send(numbered(1));
    messages.try_send(numbered(2));
    pause();
    return 0;
  });
  ASSERT_TRUE(shm::testing::eventually([&] { return shared_->sent.load() == 2; }));
  NativeRemoteRead messages = endpoint();
  std::vector<std::byte> into(shape.bytes);
  ASSERT_TRUE(messages.try_receive(into));
  sender.kill();
  sender.wait();
  try {
    messages.try_receive(into);
    FAIL() << "read a message of the dead";
  } catch (const std::system_error& error) { EXPECT_EQ(error.code(), std::errc::owner_dead); }
  EXPECT_FALSE(messages.try_receive(into));
}

TEST_F(RemoteReadTest, ASenderDoesNotWaitForAReceiverThatIsGone) {
  for (const bool dies : {false, true}) {
    Child receiver([&] {
      NativeRemoteRead messages = endpoint();
      std::vector<std::byte> into(shape.bytes);
      messages.try_receive(into);
      if (dies) { _exit(0); }
      return 0;
    });
    ASSERT_EQ(receiver.wait(), 0);
    NativeRemoteRead messages = endpoint();
    ASSERT_TRUE(messages.try_send(numbered(1)));
  }
}

}  // namespace
}  // namespace shmlab::env
