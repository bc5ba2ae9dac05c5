#include "report/style.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

namespace shmlab::report {
namespace {

/// A terminal of 91 columns, and an environment of its own for each test.
class StyleFor : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"NO_COLOR", "COLUMNS", "TERM"}) {
      const char* value = std::getenv(name);
      saved_[name] = value == nullptr ? std::nullopt : std::optional<std::string>{value};
      unsetenv(name);
    }
    setenv("TERM", "xterm", 1);
    terminal_ = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ASSERT_GE(terminal_, 0);
    const winsize size{.ws_row = 25, .ws_col = 91, .ws_xpixel = 0, .ws_ypixel = 0};
    ASSERT_EQ(ioctl(terminal_, TIOCSWINSZ, &size), 0);
    file_ = open("/dev/null", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(file_, 0);
  }
  void TearDown() override {
    close(terminal_);
    close(file_);
    for (const auto& [name, value] : saved_) {
      if (value) {
        setenv(name.c_str(), value->c_str(), 1);
      } else {
        unsetenv(name.c_str());
      }
    }
  }

  int terminal_ = -1;
  int file_ = -1;

 private:
  std::map<std::string, std::optional<std::string>> saved_;
};

TEST_F(StyleFor, ATerminalHasColourAndItsWidth) {
  const Style style = style_for(terminal_);
  EXPECT_TRUE(style.colour);
  EXPECT_EQ(style.width, 91U);
}

TEST_F(StyleFor, AFileHasNeither) {
  const Style style = style_for(file_);
  EXPECT_FALSE(style.colour);
  EXPECT_EQ(style.width, 0U);
}

TEST_F(StyleFor, NoColorOfAnyValueTurnsColourOff) {
  setenv("NO_COLOR", "0", 1);
  EXPECT_FALSE(style_for(terminal_).colour);
  setenv("NO_COLOR", "", 1);
  EXPECT_TRUE(style_for(terminal_).colour);
}

TEST_F(StyleFor, ADumbTerminalHasNoColour) {
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(style_for(terminal_).colour);
}

TEST_F(StyleFor, ColumnsSaysTheWidth) {
  setenv("COLUMNS", "77", 1);
  EXPECT_EQ(style_for(terminal_).width, 77U);
  EXPECT_EQ(style_for(file_).width, 77U);
}

TEST_F(StyleFor, NonsenseInColumnsIsIgnored) {
  for (const char* nonsense : {"", "0", "-5", "wide", "80x", "99999999999999"}) {
    setenv("COLUMNS", nonsense, 1);
    EXPECT_EQ(style_for(terminal_).width, 91U) << nonsense;
  }
}

TEST_F(StyleFor, AClosedDescriptorIsNoTerminal) {
  EXPECT_FALSE(style_for(-1).colour);
  EXPECT_EQ(style_for(-1).width, 0U);
}

}  // namespace
}  // namespace shmlab::report
