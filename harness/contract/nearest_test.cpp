#include "contract/nearest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace shmlab {
namespace {

using namespace std::string_view_literals;
constexpr std::array fruit{"apple"sv, "pear"sv, "orange"sv};

TEST(EditDistance, counts_insertions_deletions_and_replacements) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("flaw", "lawn"), 2U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(Nearest, finds_the_closest_choice) {
  EXPECT_EQ(nearest("appel", fruit), "apple");
  EXPECT_EQ(nearest("oranges", fruit), "orange");
  EXPECT_EQ(nearest("pear", fruit), "pear");
}

TEST(Nearest, is_empty_without_choices) {
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(Join, separates_with_commas) {
  EXPECT_EQ(join(fruit), "apple, pear, orange");
  EXPECT_EQ(join({}), "");
}

TEST(UnknownName, names_the_thing_the_choices_and_the_nearest) {
  EXPECT_STREQ(unknown_name("fruit", "paer", fruit).what(),
               "unknown fruit 'paer': expected apple, pear, orange; nearest is 'pear'");
  EXPECT_STREQ(unknown_name("fruit", "paer", {}).what(), "unknown fruit 'paer': there are none");
}

}  // namespace
}  // namespace shmlab
