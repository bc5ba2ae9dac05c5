#include "report/json_text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace shmlab::report {
namespace {

using nlohmann::json;

TEST(JsonText, IndentsObjectsAndKeepsArraysOfNumbersOnALine) {
  const json value{{"a", json::array({1, 2})}, {"b", json::array({json{{"c", "x"}}, json::object()})}, {"d", json::array()}};
  EXPECT_EQ(to_text(value),
            "{\n"
            "  \"a\": [1,2],\n"
            "  \"b\": [\n"
            "    {\n"
            "      \"c\": \"x\"\n"
            "    },\n"
            "    {}\n"
            "  ],\n"
            "  \"d\": []\n"
            "}\n");
}

TEST(JsonText, IsTheSameValueAgain) {
  const json value{{"histogram", json::array({json::array({0.5, 1, 3}), json::array({1, 2.25, 4})})},
                   {"text", "tab\t \"quoted\" µ"},
                   {"none", nullptr},
                   {"deep", {{"er", {{"list", json::array({json{{"x", 1}}, 2})}}}}}};
  EXPECT_EQ(json::parse(to_text(value)), value);
}

TEST(JsonText, NeverThrowsOnAccountOfTheContents) {
  EXPECT_EQ(to_text(json{{"bad\xff", "x\xc3"}}), "{\n  \"bad\\ufffd\": \"x\\ufffd\"\n}\n");
  EXPECT_EQ(to_text(json::array({std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})),
            "[null,null]\n");
  EXPECT_EQ(to_text(json{}), "null\n");
}

}  // namespace
}  // namespace shmlab::report
