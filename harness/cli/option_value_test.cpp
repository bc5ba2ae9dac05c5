#include "cli/option_value.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <string>

#include "contract/error.hpp"

namespace shmlab::cli {
namespace {

using namespace std::chrono_literals;

std::string refusal(auto&& read) {
  try {
    read();
  } catch (const BadInput& error) { return error.what(); }
  return "nothing was refused";
}

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(duration("--budget", "500ms"), 500ms);
  EXPECT_EQ(duration("--budget", "30s"), 30s);
  EXPECT_EQ(duration("--budget", "2m"), 2min);
  EXPECT_EQ(duration("--budget", "24h"), 24h);
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text : {"", "30", "s", "0s", "-1s", "+1s", " 1s", "1s ", "1 s", "1.5s", "1e3s", "0x1s", "1d", "1S", "25h",
                           "1441m", "18446744073709551615s", "99999999999999999999s"}) {
    const std::string refused = refusal([text] { duration("--budget", text); });
    EXPECT_EQ(refused,
              "--budget is '" + std::string(text) + "': expected a whole number and ms, s, m or h, such as 30s, at most 24h");
  }
}

TEST(WholeNumber, TakesBothEnds) {
  EXPECT_EQ(whole_number("--runs", "1", 1, 10), 1U);
  EXPECT_EQ(whole_number("--runs", "10", 1, 10), 10U);
  EXPECT_EQ(whole_number("--seed", "18446744073709551615", 0, std::numeric_limits<std::uint64_t>::max()),
            std::numeric_limits<std::uint64_t>::max());
}

TEST(WholeNumber, RefusesEverythingElse) {
  for (const char* text : {"", "0", "11", "-1", "+1", "1k", "0x1", "1.0", "1e1", " 1", "1 ", "18446744073709551616"}) {
    EXPECT_EQ(refusal([text] { whole_number("--runs", text, 1, 10); }),
              "--runs is '" + std::string(text) + "': expected a whole number from 1 to 10");
  }
}

TEST(Lane, IsFoundByName) {
  for (const run::Lane lane : run::all_lanes) { EXPECT_EQ(lane_from(to_string(lane)), lane); }
  const std::string refused = refusal([] { lane_from("forkd"); });
  EXPECT_NE(refused.find("unknown lane 'forkd'"), std::string::npos) << refused;
  EXPECT_NE(refused.find("nearest is 'forked'"), std::string::npos) << refused;
}

}  // namespace
}  // namespace shmlab::cli
