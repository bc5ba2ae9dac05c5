#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>

#include "catalogue/catalogue.hpp"
#include "catalogue/testing/sample.hpp"
#include "contract/error.hpp"

namespace shmlab::catalogue {
namespace {

class Params : public testing::Test {
 protected:
  std::string refusal(const std::string& assignment) {
    const ParamValues before = values_;
    try {
      set_param(scenario_, assignment, values_);
    } catch (const BadInput& error) {
      EXPECT_EQ(values_, before) << "a refused assignment changes nothing";
      return error.what();
    }
    return "nothing was refused";
  }

  const ScenarioEntry scenario_ = sample::scenario(sample::relay);
  ParamValues values_ = scenario_.typical();
};

TEST_F(Params, TypicalValuesAreWhatIsDeclared) {
  EXPECT_EQ(values_, (ParamValues{2, 64, 0}));
  EXPECT_EQ(to_string(scenario_, values_), "participants=2,payload_bytes=64,operations=0");
}

TEST_F(Params, TakesBothEndsOfTheRange) {
  set_param(scenario_, "participants=8", values_);
  set_param(scenario_, "operations=1", values_);
  EXPECT_EQ(values_, (ParamValues{8, 64, 1}));
}

TEST_F(Params, RefusesWhatIsOutOfRange) {
  for (const char* value : {"1", "9", "0", "18446744073709551616", "99999999999999999999999"}) {
    const std::string refused = refusal(std::string("participants=") + value);
    EXPECT_EQ(refused, std::string("parameter 'participants' of scenario 'relay' is '") + value +
                           "': expected a whole number from 2 to 8 (count)");
  }
}

TEST_F(Params, RefusesWhatIsNoWholeNumber) {
  for (const char* value : {"", " 2", "2 ", "+2", "-2", "0x2", "2.0", "2k", "1e99", "two"}) {
    EXPECT_NE(refusal(std::string("participants=") + value).find("from 2 to 8"), std::string::npos) << value;
  }
}

TEST_F(Params, RefusesAnUnknownNameWithTheNearest) {
  const std::string refused = refusal("particpants=2");
  EXPECT_NE(refused.find("'particpants'"), std::string::npos) << refused;
  EXPECT_NE(refused.find("nearest is 'participants'"), std::string::npos) << refused;
}

TEST_F(Params, RefusesAnAssignmentWithoutValue) {
  EXPECT_NE(refusal("participants").find("name=value"), std::string::npos);
  EXPECT_NE(refusal("").find("name=value"), std::string::npos);
}

RC_GTEST_PROP(ParamText, WhatIsWrittenCanBeRead, ()) {
  const ScenarioEntry scenario = sample::scenario(sample::relay);
  ParamValues values{};
  for (std::size_t i = 0; i < scenario.params.size(); ++i) {
    values[i] = *rc::gen::inRange<std::uint64_t>(scenario.params[i].low, scenario.params[i].high + 1);
  }
  const std::string text = to_string(scenario, values);
  ParamValues read{};
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    set_param(scenario, text.substr(begin, end - begin), read);
    begin = end + 1;
  }
  RC_ASSERT(read == values);
}

}  // namespace
}  // namespace shmlab::catalogue
