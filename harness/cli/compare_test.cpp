#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/testing/child_setup.hpp"
#include "cli/testing/program_run.hpp"
#include "cli/testing/shmlab_binary.hpp"
#include "measure/allowed_cpus.hpp"
#include "measure/fingerprint.hpp"

/// `shmlab compare` between programs whose answers are known.
namespace shmlab::cli {
namespace {

using nlohmann::json;
using testing::expect_nothing_left;
using testing::ProgramEnd;
using testing::run_program;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Compare : public ::testing::Test {
 protected:
  /// A program that has these cases and answers each request with `answer`.
  std::string program(const std::string& name, const std::string& cases, const std::string& answer,
                      const std::string& machine = "m", const std::string& unsteady = "[]") const {
    const json greeting = {{"greeting", "shmlab observe 1"},
                           {"version", "9.9 (" + name + ")"},
                           {"machine", machine},
                           {"cases", json::parse(cases)},
                           {"unsteady", json::parse(unsteady)}};
    std::string path =
        folder_.file(name, fmt::format("#!/bin/sh\ncat <<'END'\n{}\nEND\nwhile read line; do cat <<'END'\n{}\nEND\ndone\n",
                                       greeting.dump(), answer));
    chmod(path.c_str(), S_IRWXU);
    return path;
  }
  static std::string takes(double ns) {
    return json{{"ns_per_operation", ns}, {"mean_ns_per_operation", ns}, {"p99_ns", 0}}.dump();
  }

  testing::TestDirectory folder_;
};

TEST_F(Compare, TheSameIsAPass) {
  const std::string base = program("base", R"(["a/b"])", takes(10));
  const ProgramEnd end = run_program({"compare", base, base, "--json", "--out", folder_.path("gate.json")});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  const json result = json::parse(end.out);
  EXPECT_EQ(result.at("verdict"), "PASS");
  EXPECT_EQ(result.at("cases").at(0).at("name"), "a/b");
  EXPECT_EQ(result.at("cases").at(0).at("ratio"), 1);
  EXPECT_EQ(result.at("cases").at(0).at("pairs"), 30);
  EXPECT_EQ(json::parse(text_of(folder_.path("gate.json"))), result);
  expect_nothing_left(end);
}

TEST_F(Compare, SlowerIsAFinding) {
  const std::string base = program("base", R"(["a/b", "gone"])", takes(10));
  const std::string head = program("head", R"(["a/b", "new"])", takes(11));
  const ProgramEnd end = run_program({"compare", base, head, "--markdown", folder_.path("comment.md")});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_NE(end.out.find("REGRESSED"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("+10.0 %"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("1 NEW, 1 REMOVED"), std::string::npos) << end.out;
  const std::string comment = text_of(folder_.path("comment.md"));
  EXPECT_TRUE(comment.starts_with("## shmlab: REGRESSED\n")) << comment;
  EXPECT_NE(comment.find("| a/b | REGRESSED |"), std::string::npos) << comment;
  expect_nothing_left(end);
}

TEST_F(Compare, WhatFailsIsNoPass) {
  const std::string base = program("base", R"(["a/b"])", takes(10));
  const std::string head = program("head", R"(["a/b"])", R"({"error": "the value read is not whole"})");
  const ProgramEnd end = run_program({"compare", base, head, "--json"});
  EXPECT_EQ(end.exit_code, 5) << end.err;
  const json result = json::parse(end.out);
  EXPECT_EQ(result.at("verdict"), "ERROR");
  EXPECT_EQ(result.at("exit_code"), 5);
  EXPECT_EQ(result.at("cases").at(0).at("error"), "head: the value read is not whole");
}

TEST_F(Compare, WhatCannotBeToldIsAFindingWhereItIsAskedFor) {
  const std::string base = program("base", R"(["a/b"])", takes(10));
  // Slower by something between what is noise and what is tolerated, or much slower, by turns.
  const std::string head =
      folder_.file("head", fmt::format("#!/bin/sh\ncat <<'END'\n{}\nEND\ni=0\nwhile read line; do i=$((i + 1)); if [ $((i % 2)) "
                                       "= 0 ]; then echo '{}'; else echo '{}'; fi; done\n",
                                       R"({"greeting": "shmlab observe 1", "version": "9", "machine": "m", "cases": ["a/b"]})",
                                       takes(8), takes(12.5)));
  chmod(head.c_str(), S_IRWXU);
  const ProgramEnd lax = run_program({"compare", base, head, "--json"});
  EXPECT_EQ(lax.exit_code, 0) << lax.err;
  EXPECT_EQ(json::parse(lax.out).at("verdict"), "INCONCLUSIVE");
  EXPECT_EQ(json::parse(lax.out).at("exit_code"), 0);
  const ProgramEnd strict = run_program({"compare", base, head, "--json", "--strict"});
  EXPECT_EQ(strict.exit_code, 3) << strict.err;
  EXPECT_EQ(json::parse(strict.out).at("exit_code"), 3);
  EXPECT_GT(json::parse(strict.out).at("cases").at(0).at("pairs_needed"), 400);
}

TEST_F(Compare, DifferentMachinesAreRefusedAndWhatIsForcedInformsOnly) {
  const std::string base = program("base", R"(["a/b"])", takes(10), "here");
  const std::string head = program("head", R"(["a/b"])", takes(20), "there");
  const ProgramEnd refused = run_program({"compare", base, head, "--json", "--out", folder_.path("gate.json")});
  EXPECT_EQ(refused.exit_code, 4) << refused.err;
  const json result = json::parse(text_of(folder_.path("gate.json")));
  EXPECT_EQ(result.at("verdict"), "NOT_COMPARABLE");
  EXPECT_EQ(result.at("exit_code"), 4);
  EXPECT_EQ(result.at("observations"), 0);
  EXPECT_EQ(result.at("cases").at(0).at("verdict"), "NOT_COMPARABLE");
  const ProgramEnd text = run_program({"compare", base, head, "--markdown", folder_.path("comment.md")});
  EXPECT_NE(text.out.find("base ran on machine here, head on there"), std::string::npos) << text.out;
  EXPECT_NE(text_of(folder_.path("comment.md")).find("NOT_COMPARABLE"), std::string::npos);

  const ProgramEnd forced = run_program({"compare", base, head, "--json", "--force"});
  EXPECT_EQ(forced.exit_code, 0) << forced.err;
  EXPECT_EQ(json::parse(forced.out).at("verdict"), "REGRESSED");
  EXPECT_EQ(json::parse(forced.out).at("informs_only"), true);
  EXPECT_EQ(json::parse(forced.out).at("exit_code"), 0);
  const ProgramEnd same = run_program({"compare", base, base, "--json", "--force"});
  EXPECT_EQ(json::parse(same.out).at("informs_only"), false);
}

TEST_F(Compare, SomeCasesWithAsManyPairsAsAreAskedFor) {
  const std::string base = program("base", R"(["a/b", "c/d", "e/f"])", takes(10));
  const ProgramEnd end = run_program({"compare", base, base, "--json", "--case", "c/d", "--pairs", "17", "--family", "50"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  const json cases = json::parse(end.out).at("cases");
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases.at(0).at("name"), "c/d");
  EXPECT_EQ(cases.at(0).at("pairs"), 17);
}

TEST_F(Compare, OfWhatIsUnsteadyMoreIsTolerated) {
  const std::string base = program("base", R"(["a/b", "c/d"])", takes(10), "m", R"(["c/d"])");
  const std::string head = program("head", R"(["a/b", "c/d"])", takes(11.5));
  const ProgramEnd end = run_program({"compare", base, head, "--json", "--markdown", folder_.path("comment.md")});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  const json cases = json::parse(end.out).at("cases");
  EXPECT_EQ(cases.at(0).at("verdict"), "REGRESSED");
  EXPECT_NEAR(cases.at(0).at("tolerated").get<double>(), 1.05, 1e-9);
  EXPECT_EQ(cases.at(1).at("verdict"), "PASS");
  EXPECT_EQ(cases.at(1).at("slower_tolerated"), true);
  EXPECT_NEAR(cases.at(1).at("tolerated").get<double>(), 1.25, 1e-9);
  EXPECT_NE(text_of(folder_.path("comment.md")).find("up to \\+25 % is tolerated"), std::string::npos);
  // What is chosen counts for both.
  const ProgramEnd lax = run_program({"compare", base, head, "--tolerate", "20"});
  EXPECT_EQ(lax.exit_code, 0) << lax.out;
  EXPECT_NE(lax.out.find("up to +20 % is tolerated"), std::string::npos) << lax.out;
  const ProgramEnd strict = run_program({"compare", base, head, "--tolerate", "5", "--json"});
  EXPECT_EQ(json::parse(strict.out).at("cases").at(1).at("verdict"), "REGRESSED");
  EXPECT_EQ(run_program({"compare", base, base, "--tolerate", "5"}).out.find("is tolerated"), std::string::npos);
}

TEST_F(Compare, WhenTheTimeEndsTheReportSaysSo) {
  const std::string base = program("base", R"(["a/b", "c/d"])", takes(10));
  const std::string head = program("head", R"(["a/b", "c/d"])", takes(30));
  const ProgramEnd end =
      run_program({"compare", base, head, "--budget", "1ms", "--strict", "--json", "--markdown", folder_.path("comment.md")});
  EXPECT_EQ(end.exit_code, 3) << end.err;
  const json result = json::parse(end.out);
  EXPECT_EQ(result.at("cut_short"), 2);
  EXPECT_EQ(result.at("cases").at(0).at("verdict"), "INCONCLUSIVE");
  EXPECT_EQ(result.at("cases").at(0).at("pairs"), 30);
  EXPECT_NEAR(result.at("cases").at(0).at("ratio").get<double>(), 3, 1e-9);
  const std::string remark = "the time ended before 2 cases had as many pairs as their spread asks for";
  EXPECT_NE(text_of(folder_.path("comment.md")).find(remark), std::string::npos);
  EXPECT_NE(run_program({"compare", base, head, "--budget", "1ms"}).out.find(remark), std::string::npos);
  const ProgramEnd whole = run_program({"compare", base, head, "--json"});
  EXPECT_EQ(whole.exit_code, 1);
  EXPECT_EQ(json::parse(whole.out).at("cut_short"), 0);
}

TEST_F(Compare, LooksAtALineOfTheCacheWhereItCan) {
  const auto line_ns = [this](const std::string& machine) {
    const std::string one = program("one", R"(["a/b"])", takes(10), machine);
    return json::parse(run_program({"compare", one, one, "--json"}).out).at("line_ns");
  };
  EXPECT_TRUE(line_ns("another").is_null());
  const std::string other = program("other", R"(["a/b"])", takes(10));
  const ProgramEnd refused = run_program({"compare", other, other, "--line", "40"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("--line: of programs on another machine"), std::string::npos) << refused.err;
  const json here = line_ns(measure::fingerprint().id);
  if (measure::allowed_cpus().size() < 2) { GTEST_SKIP() << "one CPU: between which two?"; }
  // In a virtual machine a CPU may be taken away for as long as a look lasts; not each time.
  ASSERT_TRUE(here.is_number());
  EXPECT_GT(here.get<double>(), 0);
  // No machine takes as long: nothing counts, and that is no pass.
  const std::string one = program("one", R"(["a/b"])", takes(10), measure::fingerprint().id);
  const ProgramEnd never = run_program({"compare", one, one, "--line", "100000", "--json"});
  EXPECT_EQ(never.exit_code, 5) << never.err;
  EXPECT_EQ(json::parse(never.out).at("cases").at(0).at("error"), "a cache line never took about 1e+05 ns there and back");
}

TEST_F(Compare, AHostileNameStaysText) {
  const std::string cases = R"(["</summary><script>alert(1)</script>|x`[a](b)\u001b[31m"])";
  const std::string base = program("base", cases, takes(10));
  const std::string head = program("head", cases, takes(12));
  const ProgramEnd end = run_program({"compare", base, head, "--markdown", folder_.path("comment.md")});
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.out.find('\x1b'), std::string::npos);
  const std::string comment = text_of(folder_.path("comment.md"));
  EXPECT_EQ(comment.find("<script>"), std::string::npos) << comment;
  EXPECT_EQ(comment.find('\x1b'), std::string::npos);
  EXPECT_NE(comment.find(R"(\</summary\>\<script\>alert\(1\)\</script\>\|x\`\[a\]\(b\))"), std::string::npos) << comment;
}

TEST_F(Compare, SelfcheckFailsWhereTheSameCodeTakesLonger) {
  const auto builds = [this](double moved) {
    const std::string folder = folder_.path(fmt::format("builds{}", moved));
    for (const auto& [name, ns] : {std::pair("head", 10.0), {"relinked", moved}}) {
      std::filesystem::create_directories(std::filesystem::path(folder) / name);
      std::filesystem::rename(program(name, R"(["a/b"])", takes(ns)), std::filesystem::path(folder) / name / "shmlab");
    }
    return folder;
  };
  const ProgramEnd good = run_program({"selfcheck", "gate", "--floor-only", "--json", "--builds", builds(10.05)});
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_NEAR(json::parse(good.out).at("floor").at("largest").get<double>(), 0.005, 1e-9);
  EXPECT_EQ(json::parse(good.out).at("verdict"), "ok");
  const ProgramEnd bad = run_program({"selfcheck", "gate", "--floor-only", "--builds", builds(10.2)});
  EXPECT_EQ(bad.exit_code, 1) << bad.err;
  EXPECT_NE(bad.out.find("the largest effect that is certain is 2.00 %"), std::string::npos) << bad.out;
}

TEST_F(Compare, SelfcheckFindsTheDelayAndHoldsTheVerdictAgainstIt) {
  const auto put = [this](const std::string& name, const std::string& text) {
    const std::filesystem::path folder = std::filesystem::path(folder_.path("delayed")) / name;
    std::filesystem::create_directories(folder);
    std::filesystem::rename(folder_.file(name, text), folder / "shmlab");
    chmod((folder / "shmlab").c_str(), S_IRWXU);
  };
  const auto fixed = [](const std::string& answer) {
    return fmt::format("#!/bin/sh\ncat <<'END'\n{}\nEND\nwhile read line; do echo '{}'; done\n",
                       R"({"greeting": "shmlab observe 1", "version": "9", "machine": "m", "cases": ["uncontended/futex_mutex",)"
                       R"("contended_counter/ticket_lock", "ping_pong/spsc_ring_slot_sequence", "stream/spsc_ring_blocking"]})",
                       answer);
  };
  for (const char* const name : {"head", "relinked", "plain"}) { put(name, fixed(takes(10))); }
  // Takes longer by half of its rate, which is the same for all.
  std::string slowed = fixed("@");
  slowed.replace(slowed.find("while"), 0,
                 R"(ns=$(echo "$SHMLAB_GATE_DELAYS" | awk -F'[=,]' '{printf "%.6f", 10 * (1 + 0.5 * $2)}')
)");
  slowed.replace(slowed.find("'@'"), 3, R"("{\"ns_per_operation\": $ns, \"mean_ns_per_operation\": $ns, \"p99_ns\": 0}")");
  put("slowed", slowed);
  const ProgramEnd end = run_program({"selfcheck", "gate", "--json", "--builds", folder_.path("delayed")});
  ASSERT_EQ(end.exit_code, 0) << end.err << end.out;
  const json slowdowns = json::parse(end.out).at("slowdowns");
  ASSERT_EQ(slowdowns.size(), 2U);
  for (const json& slowdown : slowdowns) {
    ASSERT_EQ(slowdown.at("cases").size(), 4U);
    const double target = slowdown.at("target");
    for (const json& row : slowdown.at("cases")) {
      EXPECT_GE(row.at("ratio").get<double>(), target);
      EXPECT_LT(row.at("ratio").get<double>(), 1 + 1.25 * (target - 1));
      EXPECT_EQ(row.at("verdict"), "REGRESSED");
    }
  }
}

TEST_F(Compare, WhatCannotBeComparedIsRefused) {
  const std::string base = program("base", R"(["a/b"])", takes(10));
  const std::string requests = folder_.file("requests", "{\"case\": \"uncontended/futex_mutx\"}\n");
  const auto from_file = [&requests] { return testing::read_from(requests); };
  const std::vector<std::pair<testing::ProgramStart, std::string>> refusals{
      {{.arguments = {"compare", base}}, "HEAD"},
      {{.arguments = {"compare", base, folder_.path("missing")}}, "missing"},
      {{.arguments = {"compare", base, "/bin/true"}}, "'/bin/true' is no shmlab"},
      {{.arguments = {"compare", base, base, "--set", "pull-requests"}}, "nearest is 'pull-request'"},
      {{.arguments = {"compare", base, base, "--out", "/dev/null/gate.json"}}, "/dev/null"},
      {{.arguments = {"compare", base, base, "--case", "a/c"}}, "unknown case 'a/c'; did you mean 'a/b'?"},
      {{.arguments = {"compare", base, base, "--pairs", "1001"}}, "--pairs"},
      {{.arguments = {"compare", base, base, "--tolerate", "2"}}, "--tolerate"},
      {{.arguments = {"compare", base, folder_.file("old.json", "{}")}}, "old.json' is no program: stored results show a trend"},
      {{.arguments = {"selfcheck", "gat"}}, "nearest is 'gate'"},
      {{.arguments = {"selfcheck", "gate", "--builds", folder_.path("none")}}, "'scripts/gate-builds' makes it"},
      {{.arguments = {"observe", "--scenario", "parent_child"}}, "is one job, which cannot be cut into slices"},
      {{.arguments = {"observe", "--scenario", "sparse_wakeups"}}, "keeps to a clock"},
      {{.arguments = {"observe", "--scenario", "stream", "--strategy", "futex_mutex"}}, "stream/futex_mutex needs"},
      {{.arguments = {"observe", "--scenario", "uncontended"}, .prepare = from_file}, "did you mean 'uncontended/futex_mutex'"},
  };
  for (const auto& [start, words] : refusals) {
    const ProgramEnd end = run_program(start);
    EXPECT_EQ(end.exit_code, 2) << words;
    EXPECT_NE(end.err.find(words), std::string::npos) << end.err;
    expect_nothing_left(end);
  }
}

}  // namespace
}  // namespace shmlab::cli
