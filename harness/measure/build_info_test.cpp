#include "measure/build_info.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace shmlab::measure {
namespace {

TEST(BuildInfo, NamesVersionAndCompiler) {
  EXPECT_EQ(std::ranges::count(build_info().version, '.'), 2) << build_info().version;
  EXPECT_EQ(build_info().version.find_first_not_of("0123456789."), std::string_view::npos) << build_info().version;
  EXPECT_TRUE(build_info().compiler.starts_with("GNU ") || build_info().compiler.starts_with("Clang ")) << build_info().compiler;
  EXPECT_FALSE(build_info().commit.empty());
  EXPECT_FALSE(build_info().build_type.empty());
}

TEST(BuildInfo, IsOneLinePerField) {
  for (const auto text : {build_info().version, build_info().commit, build_info().compiler, build_info().flags}) {
    EXPECT_EQ(text.find('\n'), std::string_view::npos) << text;
  }
}

}  // namespace
}  // namespace shmlab::measure
