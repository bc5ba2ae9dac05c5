#include "measure/build_info.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace shmlab::measure {
namespace {

TEST(BuildInfo, NamesVersionAndCompiler) {
  EXPECT_TRUE(std::regex_match(std::string(build_info().version), std::regex(R"(\d+\.\d+\.\d+)")));
  EXPECT_TRUE(std::regex_match(std::string(build_info().compiler), std::regex(R"((GNU|Clang) \d+\..*)")));
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
