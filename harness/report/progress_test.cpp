#include "report/progress.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace shmlab::report {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// A terminal that keeps what is written, and a clock that is moved by hand.
struct Screen {
  std::vector<std::string> written;
  nanoseconds time = 100s;

  Progress::Terminal terminal(unsigned width = 80) {
    return {[this](std::string_view text) { written.emplace_back(text); }, [this] { return time; }, width};
  }
};

TEST(Progress, ShowsHowFarAndHowLongStill) {
  Screen screen;
  Progress progress(10, "bench", screen.terminal());
  progress.advance(0, "ping_pong/spsc_ring");
  screen.time += 30s;
  progress.advance(3, "stream/seqlock");
  EXPECT_EQ(screen.written, (std::vector<std::string>{"\r\x1b[Kbench 0/10  ping_pong/spsc_ring",
                                                      "\r\x1b[Kbench 3/10, 1 min 10 s left  stream/seqlock"}));
}

TEST(Progress, RewritesAtMostTenTimesASecond) {
  Screen screen;
  Progress progress(1000, "check", screen.terminal());
  for (int i = 0; i < 100; ++i) {
    screen.time += 10ms;
    progress.advance(1, "x");
  }
  EXPECT_EQ(screen.written.size(), 10U);
}

TEST(Progress, ErasesItselfOnceAndFallsSilent) {
  Screen screen;
  {
    Progress progress(2, "bench", screen.terminal());
    progress.advance(1, "x");
    progress.finish();
    screen.time += 10s;
    progress.advance(1, "y");
    progress.finish();
  }
  ASSERT_EQ(screen.written.size(), 2U);
  EXPECT_EQ(screen.written.back(), "\r\x1b[K");
}

TEST(Progress, ErasesItselfWhenItGoesOutOfScope) {
  Screen screen;
  { Progress(2, "bench", screen.terminal()).advance(1, "x"); }
  EXPECT_EQ(screen.written.back(), "\r\x1b[K");
}

TEST(Progress, ThatShowedNothingErasesNothing) {
  Screen screen;
  { const Progress progress(2, "bench", screen.terminal()); }
  EXPECT_TRUE(screen.written.empty());
}

TEST(Progress, StaysOnOneLineAndCannotBeHijacked) {
  Screen screen;
  Progress progress(1, "bench", screen.terminal(20));
  progress.advance(1, "a\x1b[2Jname\nthat is much longer than the line");
  ASSERT_EQ(screen.written.size(), 1U);
  EXPECT_EQ(screen.written[0], "\r\x1b[Kbench 1/1… the line");
}

TEST(Progress, CountsNoFurtherThanItsTotal) {
  Screen screen;
  Progress progress(2, "bench", screen.terminal());
  progress.advance(5, "x");
  EXPECT_EQ(screen.written.at(0), "\r\x1b[Kbench 2/2, less than a second left  x");
}

TEST(Progress, WithoutATerminalWritesNothing) {
  int asked = 0;
  Progress progress(2, "bench", {nullptr, [&asked] { return nanoseconds{++asked}; }, 80});
  progress.advance(1, "x");
  progress.finish();
  EXPECT_EQ(asked, 1) << "the clock is read for the beginning alone";
}

TEST(DurationText, IsReadable) {
  EXPECT_EQ(duration_text(400ms), "less than a second");
  EXPECT_EQ(duration_text(45s), "45 s");
  EXPECT_EQ(duration_text(200s), "3 min 20 s");
  EXPECT_EQ(duration_text(2h + 5min + 59s), "2 h 5 min");
}

}  // namespace
}  // namespace shmlab::report
