#pragma once

#include <gtest/gtest.h>

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// What names, messages and files of others may hold. None of it may steer a terminal, end an element, or become another command.
namespace shmlab::cli::testing {

struct Hostile {
  std::string name;
  std::string text;
};
void PrintTo(const Hostile& hostile, std::ostream* out);

const std::vector<Hostile>& hostile_strings();

/// A test that is made of each of them. Whoever derives from it instantiates it:
/// `INSTANTIATE_TEST_SUITE_P(All, ..., ValuesIn(hostile_strings()), name_of)`.
class HostileString : public ::testing::TestWithParam<Hostile> {
 protected:
  [[nodiscard]] const std::string& text() const { return GetParam().text; }
  [[nodiscard]] bool is_utf8() const { return !GetParam().name.ends_with("utf8") && GetParam().name != "surrogate"; }
};
std::string name_of(const ::testing::TestParamInfo<Hostile>& each);

/// Lines of text: what printable() would have to change is not in it, apart from the newlines between them.
void expect_calm(const std::string& text);

/// The same with this text in the place of every one whose key is not among `kept`.
nlohmann::json with_texts(nlohmann::json value, const std::string& text, const std::vector<std::string>& kept);

}  // namespace shmlab::cli::testing
