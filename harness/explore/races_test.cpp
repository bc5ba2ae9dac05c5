#include "explore/races.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/small_programs.hpp"

namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;

struct Message {
  Env::Atomic<std::uint32_t> flag{0};
  Env::Plain<std::uint64_t> data;
  alignas(8) std::array<std::byte, 24> bytes{};
};

Exploration explored(const Program& program, const Settings& settings = {}) {
  Dpor search;
  return explore(program, settings, search);
}

Exploration message_passing(std::memory_order publish, std::memory_order receive) {
  return explored(testing::program_of<Message>({[=](Message& message) {
                                                  message.data.set(1);
                                                  message.flag.store(1, publish);
                                                },
                                                [=](Message& message) {
                                                  if (message.flag.load(receive) == 1 && message.data.get() != 1) {
                                                    throw Violated{"old data"};
                                                  }
                                                }}));
}

TEST(RacesTest, ReleaseAndAcquireOrderOrdinaryData) {
  const auto ordered = message_passing(release, acquire);
  EXPECT_TRUE(ordered.verdict.is_ok()) << ordered.verdict.why;
  EXPECT_TRUE(ordered.is_exhaustive());
}

TEST(RacesTest, NamesBothPlaces) {
  const std::string why = message_passing(relaxed, acquire).verdict.why;
  EXPECT_TRUE(why.starts_with("data race: P1 reads at races_test.cpp:")) << why;
  EXPECT_NE(why.find("P0, which wrote the same memory (+8) at races_test.cpp:"), std::string::npos) << why;
  EXPECT_TRUE(message_passing(release, relaxed).verdict.why.starts_with("data race"));
}

TEST(RacesTest, AReadAndALaterWriteRaceToo) {
  const auto found = explored(testing::program_of<Message>({[](Message& message) {
                                                              static_cast<void>(message.data.get());
                                                              message.flag.store(1, relaxed);
                                                            },
                                                            [](Message& message) {
                                                              if (message.flag.load(relaxed) == 1) { message.data.set(2); }
                                                            }}));
  EXPECT_TRUE(found.verdict.why.starts_with("data race: P1 writes at")) << found.verdict.why;
  EXPECT_NE(found.verdict.why.find("P0, which read the same"), std::string::npos) << found.verdict.why;
}

TEST(RacesTest, TwoReadsDoNot) {
  const auto read = [](Message& message) { static_cast<void>(message.data.get()); };
  EXPECT_TRUE(explored(testing::program_of<Message>({read, read, read})).verdict.is_ok());
}

TEST(RacesTest, AreSeenByTheWordsOfCopies) {
  const auto copy = [](std::size_t from, std::size_t bytes) {
    return [=](Message& message) {
      std::array<std::byte, 24> local{};
      Env::copy_in(message.bytes.data() + from, local.data(), bytes);
    };
  };
  EXPECT_TRUE(explored(testing::program_of<Message>({copy(0, 8), copy(8, 16)})).verdict.is_ok());
  EXPECT_TRUE(explored(testing::program_of<Message>({copy(0, 16), copy(8, 16)})).verdict.why.starts_with("data race"));
}

TEST(RacesTest, AFenceOrdersWhatFollowsIt) {
  const auto run = [](std::memory_order fence) {
    return explored(testing::program_of<Message>({[=](Message& message) {
                                                    message.data.set(1);
                                                    Env::fence(release);
                                                    message.flag.store(1, relaxed);
                                                  },
                                                  [=](Message& message) {
                                                    if (message.flag.load(relaxed) == 0) { return; }
                                                    Env::fence(fence);
                                                    static_cast<void>(message.data.get());
                                                  }}));
  };
  EXPECT_TRUE(run(acquire).verdict.is_ok());
  EXPECT_TRUE(run(release).verdict.why.starts_with("data race"));
}

/// A copy that may be torn: the race hides that it is, unless the exploration goes on past races.
TEST(RacesTest, CanBeIgnored) {
  const auto program = testing::program_of<Message>({[](Message& message) {
                                                       const std::array<std::uint64_t, 2> value{7, 7};
                                                       Env::copy_in(message.bytes.data(), value.data(), sizeof value);
                                                     },
                                                     [](Message& message) {
                                                       std::array<std::uint64_t, 2> value{};
                                                       Env::copy_out(value.data(), message.bytes.data(), sizeof value);
                                                       if (value[0] != value[1]) { throw Violated{"torn"}; }
                                                     }});
  EXPECT_TRUE(explored(program).verdict.why.starts_with("data race"));
  Settings settings;
  settings.races = RacePolicy::are_ignored;
  EXPECT_EQ(explored(program, settings).verdict.why, "P1: torn");
  DepthFirst full(0);
  const auto fewest = explore(program, settings, full);
  EXPECT_EQ(fewest.verdict.why, "P1: torn");
  EXPECT_EQ(fewest.preemptions, 1U);
}

}  // namespace
}  // namespace shmlab::explore
