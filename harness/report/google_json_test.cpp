#include "report/google_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace shmlab::report {
namespace {

using nlohmann::json;

TEST(GoogleJson, ReadsJson) {
  EXPECT_EQ(parse_google(R"({"real_time": 1.5e+01, "name": "a/b", "list": [1,-2,true]})"),
            (json{{"real_time", 15.0}, {"name", "a/b"}, {"list", json::array({1, -2, true})}}));
}

TEST(GoogleJson, TurnsWhatIsNoNumberIntoNull) {
  EXPECT_EQ(parse_google("{\"a\": NaN, \"b\": -NaN,\n\"c\": Infinity, \"d\": [-Infinity,1]}"),
            (json{{"a", nullptr}, {"b", nullptr}, {"c", nullptr}, {"d", json::array({nullptr, 1})}}));
}

TEST(GoogleJson, LeavesTextsAlone) {
  EXPECT_EQ(parse_google(R"({"NaN": "NaN, -Infinity", "quoted \" NaN \\": "\\", "x": NaN})"),
            (json{{"NaN", "NaN, -Infinity"}, {"quoted \" NaN \\", "\\"}, {"x", nullptr}}));
}

TEST(GoogleJson, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "\"open", "\"open\\", "{\"a\": Nan}", "{\"a\": 1} x"}) {
    EXPECT_THROW(parse_google(text), json::parse_error) << text;
  }
}

}  // namespace
}  // namespace shmlab::report
