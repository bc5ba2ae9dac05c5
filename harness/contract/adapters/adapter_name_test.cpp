#include "contract/adapters/adapter_name.hpp"

#include <gtest/gtest.h>

#include "contract/testing/local_lock.hpp"

namespace shmlab {
namespace {

using testing::LocalLock;

using Once = AdapterName<"around", LocalLock>;
static_assert(Once::value == "around<local_lock>");

struct Lifted {
  static constexpr Descriptor descriptor{.name = Once::value, .summary = "", .source = ""};
};

TEST(AdapterName, WrapsAName) {
  EXPECT_EQ(Once::value, "around<local_lock>");
}

TEST(AdapterName, Nests) {
  EXPECT_EQ((AdapterName<"outer", Lifted>::value), "outer<around<local_lock>>");
}

}  // namespace
}  // namespace shmlab
