#include "report/text_table.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace shmlab::report {
namespace {

TEST(TextTable, AlignsColumnsWithoutTrailingBlanks) {
  TextTable table({{"strategy", Align::left}, {"median", Align::right}, {"note"}});
  table.row({"spsc_ring", "81 ns", "near"});
  table.row({"m", "1.20 µs"});
  EXPECT_EQ(table.render({}),
            "strategy    median  note\n"
            "spsc_ring    81 ns  near\n"
            "m          1.20 µs\n");
}

TEST(TextTable, CountsColumnsOfTheTerminalNotBytes) {
  TextTable table({{"a", Align::right}, {"b"}});
  table.row({"µ", "x"});
  table.row({"你好", "y"});
  table.row({"e\xcc\x81", "z"});
  EXPECT_EQ(table.render({}),
            "   a  b\n"
            "   µ  x\n"
            "你好  y\n"
            "   e\xcc\x81  z\n");
}

TEST(TextTable, EscapesHostileTexts) {
  TextTable table({{"na\nme"}});
  table.row({"\x1b[2J\x1b]0;title\x07"});
  EXPECT_EQ(table.render({}),
            "na\\x0ame\n"
            "\\x1b[2J\\x1b]0;title\\x07\n");
}

TEST(TextTable, LeavesOptionalEmptyColumnsOut) {
  TextTable table({{"name"}, {.title = "why", .optional = true}, {"end"}, {""}});
  table.row({"a", "", "1"});
  EXPECT_EQ(table.render({}), "name  end\na     1\n");
  table.row({"b", "because", "2"});
  EXPECT_EQ(table.render({}), "name  why      end\na              1\nb     because  2\n");
}

TEST(TextTable, ShortensWhatMayBeShortenedToFit) {
  TextTable table({{.title = "strategy", .shortens = true}, {"median", Align::right}});
  table.row({"locked_snapshot<pthread_mutex_robust>", "12 ns"});
  EXPECT_EQ(table.render({.colour = false, .width = 30}),
            "strategy                median\n"
            "locked_snap…ex_robust>   12 ns\n");
  EXPECT_EQ(table.render({.colour = false, .width = 5}),
            "strategy      median\n"
            "locked…bust>   12 ns\n")
      << "but not to nothing";
}

TEST(TextTable, ColoursOnlyWhenAsked) {
  TextTable table({{"n"}});
  table.row({"best"}, Emphasis::best);
  table.row({"bad"}, Emphasis::bad);
  table.row({"plain"});
  EXPECT_EQ(table.render({}), "n\nbest\nbad\nplain\n");
  EXPECT_EQ(table.render({.colour = true}), "\x1b[1mn\x1b[0m\n\x1b[1;32mbest\x1b[0m\n\x1b[1;31mbad\x1b[0m\nplain\n");
}

TEST(TextTable, RefusesARowThatIsTooLong) {
  TextTable table({{"n"}});
  EXPECT_THROW(table.row({"a", "b"}), std::invalid_argument);
}

TEST(TextTable, WithoutRowsShowsItsTitles) {
  const TextTable table({{"name"}, {"value", Align::right}});
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.render({}), "name  value\n");
}

}  // namespace
}  // namespace shmlab::report
