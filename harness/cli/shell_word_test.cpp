#include "cli/shell_word.hpp"

#include <gtest/gtest.h>

namespace shmlab::cli {
namespace {

TEST(ShellWord, PlainTextStaysAsItIs) {
  EXPECT_EQ(shell_word("futex_mutex"), "futex_mutex");
}

TEST(ShellWord, EverythingElseIsQuoted) {
  EXPECT_EQ(shell_word("locked_snapshot<futex_mutex>"), "'locked_snapshot<futex_mutex>'");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("$(id)"), "'$(id)'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("it's\x1b[31m\n\\"), "$'it\\'s\\033[31m\\012\\\\'");
}

}  // namespace
}  // namespace shmlab::cli
