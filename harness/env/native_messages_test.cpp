#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "env/carried_descriptors.hpp"
#include "env/message_shape.hpp"
#include "env/native_pipe.hpp"
#include "env/native_posix_queue.hpp"
#include "env/native_sysv_queue.hpp"
#include "env/native_unix_socket.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::env {
namespace {

using shm::testing::Child;

std::vector<std::byte> numbered(std::uint64_t number, std::size_t bytes) {
  return std::vector<std::byte>(bytes, static_cast<std::byte>(number));
}

constexpr std::array<MessageShape, 10> shapes{
    {{8, 1}, {8, 64}, {8, 1024}, {100, 7}, {1000, 33}, {4096, 1}, {4096, 32}, {5000, 5}, {65536, 7}, {1'048'576, 2}}};

/// A channel of the system with its endpoint in this process.
template <class Messages>
class MessagesTest : public shm::testing::LeavesNothing {
 protected:
  /// The object lives in it.
  struct Object {
    CarriedScope scope{};
    typename Messages::Shared shared{};
    explicit Object(const MessageShape& shape) { Messages::create(shared, shape); }
    ~Object() { Messages::dispose(shared); }
  };
};

using Kinds = ::testing::Types<NativePipe, NativeUnixStream, NativeUnixSeqpacket, NativePosixQueue, NativeSysvQueue>;
TYPED_TEST_SUITE(MessagesTest, Kinds);

/// Also where the oldest messages have been taken meanwhile, whose room may not be free again.
TYPED_TEST(MessagesTest, HoldsAsManyAsWereAskedFor) {
  for (const MessageShape& shape : shapes) {
    if (!TypeParam::refuses(shape).empty()) { continue; }
    const typename TestFixture::Object object(shape);
    TypeParam messages(object.shared);
    std::vector<std::byte> into(shape.bytes);
    std::uint64_t sent = 0;
    std::uint64_t taken = 0;
    for (std::uint64_t round = 0; round < 10; ++round) {
      while (sent - taken < shape.messages) {
        ASSERT_TRUE(messages.try_send(numbered(++sent, shape.bytes))) << shape.bytes << " x " << shape.messages;
      }
      for (std::uint64_t i = 0; i < 1 + round * shape.messages / 10; ++i) {
        ASSERT_TRUE(messages.try_receive(into));
        ASSERT_EQ(into, numbered(++taken, shape.bytes));
      }
    }
  }
}

TYPED_TEST(MessagesTest, NeverWaitsWhenToldNotTo) {
  const typename TestFixture::Object object({.bytes = 512, .messages = 4});
  TypeParam messages(object.shared);
  std::vector<std::byte> into(512);
  EXPECT_FALSE(messages.try_receive(into));
  std::uint64_t sent = 0;
  while (messages.try_send(numbered(sent, 512))) { ASSERT_LT(++sent, 100'000U) << "it is never full"; }
  for (std::uint64_t i = 0; i < sent; ++i) {
    ASSERT_TRUE(messages.try_receive(into));
    EXPECT_EQ(into, numbered(i, 512));
  }
  EXPECT_FALSE(messages.try_receive(into)) << "a message that found no room left something behind";
}

TYPED_TEST(MessagesTest, WhoWaitsSleepsUntilThereIsSomething) {
  const typename TestFixture::Object object({.bytes = 16, .messages = 2});
  Child receiver([&] {
    std::vector<std::byte> into(16);
    TypeParam(object.shared).receive(into);
    return into == numbered(9, 16) ? 0 : 1;
  });
  EXPECT_TRUE(shm::testing::eventually([&] { return receiver.is_asleep(); }));
  TypeParam(object.shared).send(numbered(9, 16));
  EXPECT_EQ(receiver.wait(), 0);
}

TYPED_TEST(MessagesTest, WhoWaitsSleepsUntilThereIsRoom) {
  const typename TestFixture::Object object({.bytes = 16, .messages = 2});
  TypeParam messages(object.shared);
  while (messages.try_send(numbered(1, 16))) {}
  Child sender([&] {
    TypeParam(object.shared).send(numbered(2, 16));
    return 0;
  });
  EXPECT_TRUE(shm::testing::eventually([&] { return sender.is_asleep(); }));
  std::vector<std::byte> into(16);
  do { messages.receive(into); } while (into != numbered(2, 16));
  EXPECT_EQ(sender.wait(), 0);
}

TYPED_TEST(MessagesTest, LongMessagesGoThroughALittleRoom) {
  constexpr std::uint32_t bytes = 300'000;
  constexpr std::uint64_t messages_sent = 40;
  if (const std::string why = TypeParam::refuses({.bytes = bytes, .messages = 1}); !why.empty()) { GTEST_SKIP() << why; }
  const typename TestFixture::Object object({.bytes = bytes, .messages = 1});
  // Either way to send meets either way to receive.
  Child sender([&] {
    TypeParam messages(object.shared);
    for (std::uint64_t i = 0; i < messages_sent; ++i) {
      const bool has_begun = i % 2 == 0 && messages.try_send(numbered(i, bytes));
      if (!has_begun) { messages.send(numbered(i, bytes)); }
    }
    return 0;
  });
  TypeParam messages(object.shared);
  std::vector<std::byte> into(bytes);
  for (std::uint64_t i = 0; i < messages_sent; ++i) {
    const bool has_begun = i % 4 < 2 && messages.try_receive(into);
    if (!has_begun) { messages.receive(into); }
    ASSERT_EQ(into, numbered(i, bytes)) << i;
  }
  EXPECT_EQ(sender.wait(), 0);
}

TYPED_TEST(MessagesTest, SaysWhatItCannotHold) {
  const MessageShape too_long{.bytes = TypeParam::most_bytes + 1, .messages = 1};
  EXPECT_NE(TypeParam::refuses(too_long), "");
  EXPECT_EQ(TypeParam::refuses({.bytes = 8, .messages = 1}), "");
  EXPECT_EQ(TypeParam::refuses({.bytes = 8, .messages = 1, .senders = 3, .receivers = 2}), "");
}

TEST(SystemMessages, OfSeveralSendersLongMessagesWouldMix) {
  for (const MessageShape& shape : {MessageShape{65536, 1, 2, 1}, MessageShape{65536, 1, 1, 2}}) {
    EXPECT_NE(NativePipe::refuses(shape), "");
    EXPECT_NE(NativeUnixStream::refuses(shape), "");
  }
}

}  // namespace
}  // namespace shmlab::env
