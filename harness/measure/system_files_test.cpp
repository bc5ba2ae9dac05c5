#include "measure/system_files.hpp"

#include <gtest/gtest.h>

#include "measure/testing/fake_root.hpp"

namespace shmlab::measure {
namespace {

TEST(SystemFiles, ReadsLinesAndNumbers) {
  FakeRoot root;
  root.write("a/line", "  one two \nthree\n").write("a/number", "42\n").write("a/negative", "-1\n").write("a/empty", "");
  const SystemFiles files(root.path());
  EXPECT_EQ(files.text("a/line"), "  one two \nthree\n");
  EXPECT_EQ(files.line("a/line"), "one two");
  EXPECT_EQ(files.number("a/number"), 42);
  EXPECT_EQ(files.number("a/negative"), -1);
  EXPECT_EQ(files.line("a/empty"), "");
  EXPECT_EQ(files.number("a/line"), std::nullopt);
  EXPECT_EQ(files.number("a/empty"), std::nullopt);
}

TEST(SystemFiles, MissingIsNoError) {
  const FakeRoot root;
  const SystemFiles files(root.path());
  EXPECT_EQ(files.text("nowhere"), std::nullopt);
  EXPECT_EQ(files.line("nowhere"), std::nullopt);
  EXPECT_EQ(files.number("nowhere"), std::nullopt);
  EXPECT_EQ(files.value("nowhere", "key", ':'), std::nullopt);
  EXPECT_EQ(SystemFiles("/").text("proc"), std::nullopt) << "a directory has no text";
}

TEST(SystemFiles, FindsValuesByKey) {
  FakeRoot root;
  root.write("info", "first\t: 1\nsecond : a b\nsecond : c\n\nNAME=\"In quotes\"\nfirst_too: 2\n");
  const SystemFiles files(root.path());
  EXPECT_EQ(files.value("info", "first", ':'), "1");
  EXPECT_EQ(files.value("info", "second", ':'), "a b");
  EXPECT_EQ(files.value("info", "NAME", '='), "In quotes");
  EXPECT_EQ(files.value("info", "sec", ':'), std::nullopt);
}

TEST(SystemFiles, ReadsMemoryAndHypervisor) {
  FakeRoot root;
  root.write("proc/meminfo", "MemTotal:        2048 kB\nOdd: many kB\n").write("proc/cpuinfo", "flags : fpu hypervisor sse\n");
  const SystemFiles files(root.path());
  EXPECT_EQ(memory_info_bytes(files, "MemTotal"), 2'097'152U);
  EXPECT_EQ(memory_info_bytes(files, "Odd"), std::nullopt);
  EXPECT_EQ(memory_info_bytes(files, "SwapTotal"), std::nullopt);
  EXPECT_TRUE(runs_on_hypervisor(files));
  root.write("proc/cpuinfo", "flags : fpu no_hypervisor sse\n");
  EXPECT_FALSE(runs_on_hypervisor(files));
}

TEST(ParseCpuList, UnderstandsRangesAndRejectsTheRest) {
  EXPECT_EQ(parse_cpu_list("0-2,5\n"), (std::vector{0, 1, 2, 5}));
  EXPECT_EQ(parse_cpu_list("3"), std::vector{3});
  for (const auto* text : {"", "x", "1-", "-1", "3-1", "1,,2", "0-99999999999", "1-2x"}) {
    EXPECT_TRUE(parse_cpu_list(text).empty()) << text;
  }
}

TEST(ChosenWord, IsTheOneInBrackets) {
  EXPECT_EQ(chosen_word("always [madvise] never"), "madvise");
  EXPECT_EQ(chosen_word("always"), std::nullopt);
  EXPECT_EQ(chosen_word("]["), std::nullopt);
}

TEST(ParseNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_number("17"), 17);
  for (const auto* text : {"", " 1", "1 ", "0x1", "99999999999999999999"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace shmlab::measure
