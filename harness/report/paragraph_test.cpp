#include "report/paragraph.hpp"

#include <gtest/gtest.h>

#include <string>

namespace shmlab::report {
namespace {

TEST(Paragraph, BreaksAtBlanksAndIndents) {
  EXPECT_EQ(paragraph("note: ", "one two three four", {.colour = false, .width = 16}),
            "note: one two\n"
            "      three four\n");
  EXPECT_EQ(paragraph("", "one  two ", {.colour = false, .width = 7}), "one two\n");
}

TEST(Paragraph, KeepsALongWordWhole) {
  EXPECT_EQ(paragraph("  ", "a bbbbbbbbbbbb c", {.colour = false, .width = 6}), "  a\n  bbbbbbbbbbbb\n  c\n");
}

TEST(Paragraph, WithoutAWidthIsOneLine) {
  EXPECT_EQ(paragraph("x ", "a b\nc", {}), "x a b\\x0ac\n");
}

TEST(Paragraph, MayBeEmpty) {
  EXPECT_EQ(paragraph("x", "", {}), "x\n");
}

}  // namespace
}  // namespace shmlab::report
