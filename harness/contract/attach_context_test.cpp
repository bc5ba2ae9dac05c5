#include "contract/attach_context.hpp"

#include <gtest/gtest.h>

#include <array>

#include "contract/testing/local_lock.hpp"

namespace shmlab {
namespace {

struct Ordinary {};
struct Late {
  static constexpr bool attaches_itself = true;
};
struct NotLate {
  static constexpr bool attaches_itself = false;
};
static_assert(AttachesItself<Late> && !AttachesItself<Ordinary> && !AttachesItself<NotLate>);

TEST(AttachContext, AttachesToTheObjectThatIsMeant) {
  using testing::LocalLock;
  std::array<LocalLock::Shared, 3> objects{};
  const Config config;
  const AttachContext<LocalLock> context(reinterpret_cast<std::byte*>(objects.data()), sizeof(LocalLock::Shared), config);
  LocalLock second = context.attach({.index = 1}, 1);
  second.lock();
  EXPECT_FALSE(objects[0].held);
  EXPECT_TRUE(objects[1].held);
  context.attach({.index = 1}).lock();
  EXPECT_TRUE(objects[0].held);
}

}  // namespace
}  // namespace shmlab
