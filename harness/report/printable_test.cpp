#include "report/printable.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace shmlab::report {
namespace {

TEST(Printable, KeepsOrdinaryText) {
  EXPECT_EQ(printable("bounded_buffer<futex_mutex>"), "bounded_buffer<futex_mutex>");
  EXPECT_EQ(printable("1.2 µs × floor – 你好 🙂"), "1.2 µs × floor – 你好 🙂");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, MakesSteeringCharactersVisible) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(printable("a\nb\r\tc\x7f"), "a\\x0ab\\x0d\\x09c\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\u{9b}") << "the one-character form of ESC [";
  EXPECT_EQ(printable("\xe2\x80\xae\xe2\x80\xac"), "\\u{202e}\\u{202c}") << "right-to-left override and its end";
  EXPECT_EQ(printable(std::string_view{"a\0b", 3}), "a\\x00b");
}

TEST(Printable, MakesBytesThatAreNotUtf8Visible) {
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("\xc3"), "\\xc3") << "cut short";
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "longer than needed";
  EXPECT_EQ(printable("\xe0\x80\x80"), "\\xe0\\x80\\x80") << "longer than needed";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "above U+10FFFF";
}

RC_GTEST_PROP(Printable, NeverLetsAControlCharacterThrough, (const std::string& text)) {
  const std::string shown = printable(text);
  RC_ASSERT(std::ranges::none_of(shown, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }));
  RC_ASSERT(printable(shown) == shown);
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("µs ×"), 4U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U) << "a combining accent";
  EXPECT_EQ(display_width("你好"), 4U);
  EXPECT_EQ(display_width("🙂"), 2U);
}

TEST(Shortened, TakesOutTheMiddle) {
  EXPECT_EQ(shortened("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(shortened("abcdefgh", 5), "ab…gh");
  EXPECT_EQ(shortened("abcdefgh", 4), "ab…h");
  EXPECT_EQ(shortened("abcdefgh", 1), "…");
}

TEST(Shortened, DoesNotCutCharacters) {
  EXPECT_EQ(shortened("你好你好", 5), "你…好");
  EXPECT_EQ(shortened("你好你好", 4), "你…") << "a wide character that does not fit behind is left out";
  EXPECT_EQ(shortened("abcde\xcc\x81", 3), "a…e\xcc\x81");
}

RC_GTEST_PROP(Shortened, Fits, (const std::string& text)) {
  const std::string shown = printable(text);
  const auto width = *rc::gen::inRange<std::size_t>(1, 20);
  RC_ASSERT(display_width(shortened(shown, width)) <= width);
}

}  // namespace
}  // namespace shmlab::report
