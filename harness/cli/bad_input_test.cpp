#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/testing/child_setup.hpp"
#include "cli/testing/expect_refusal.hpp"
#include "cli/testing/program_run.hpp"

namespace shmlab::cli::testing {
namespace {

using Words = std::vector<std::string>;

/// A command line that cannot be used, and what the one line about it must name.
struct BadInput {
  std::string name;
  Words arguments;
  Words says;
};
void PrintTo(const BadInput& bad, std::ostream* out) {
  *out << bad.name;
}
const auto name_of = [](const auto& parameter) { return parameter.param.name; };

class CommandLine : public ::testing::TestWithParam<BadInput> {};
TEST_P(CommandLine, IsRefusedInOneLine) {
  expect_refusal(run_program(GetParam().arguments), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Usage, CommandLine,
    ::testing::ValuesIn(std::vector<BadInput>{
        {"nothing", {}, {"no subcommand", "list", "check"}},
        {"unknown_subcommand", {"lsit"}, {"unknown subcommand 'lsit'", "nearest is 'list'"}},
        {"another_unknown_subcommand", {"chekc", "--json"}, {"unknown subcommand 'chekc'", "nearest is 'check'"}},
        {"unknown_option_of_the_program", {"--versoin"}, {"unknown option '--versoin' for 'shmlab'", "'--version'"}},
        {"unknown_option", {"check", "--strateg", "x"}, {"unknown option '--strateg' for 'check'", "did you mean '--strategy'?"}},
        {"unknown_option_with_value", {"check", "--sed=1"}, {"unknown option '--sed' for 'check'", "'--seed'"}},
        {"unknown_option_of_list", {"list", "--jsno"}, {"unknown option '--jsno' for 'list'", "'--json'"}},
        {"unknown_option_of_bench", {"bench", "--profil", "smoke"}, {"unknown option '--profil' for 'bench'", "'--profile'"}},
        {"unknown_short_option", {"doctor", "-j"}, {"unknown option '-j' for 'doctor'"}},
        {"extra_argument", {"list", "futex_mutex"}, {"unexpected argument 'futex_mutex' for 'list'"}},
        {"second_subcommand", {"doctor", "list"}, {"unexpected argument 'list' for 'doctor'"}},
        {"control_characters", {"list", "a\nb\x1b[31m"}, {"unexpected argument 'a\\x0ab\\x1b[31m'"}},
        {"option_without_value", {"check", "--seed"}, {"option '--seed' needs a value"}},
        {"option_twice", {"check", "--seed", "1", "--seed", "2"}, {"option '--seed' may be given only once"}},
        {"flag_with_value", {"list", "--json=perhaps"}, {"perhaps"}},
        {"report_without_file", {"report"}, {"no result file"}},
        {"participant_without_order", {"__participant"}, {"__participant"}},
        {"participant_with_junk", {"__participant", "junk"}, {"__participant"}},
        {"participant_with_junk_descriptor", {"__participant", "x", "0", "0", "y", "1"}, {"'x'"}},
        {"participant_with_closed_descriptor", {"__participant", "77", "0", "0", "y", "1"}, {"77"}},
        {"participant_with_junk_descriptor_of_orders", {"__participant", "0", "x", "0", "y", "1"}, {"'x'"}},
        {"participant_with_junk_run", {"__participant", "0", "0", "0", "y", "1"}, {"'y'"}}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Names, CommandLine,
    ::testing::ValuesIn(std::vector<BadInput>{
        {"strategy_to_list", {"list", "--strategy", "futex_mutx"}, {"unknown strategy 'futex_mutx'", "nearest is 'futex_mutex'"}},
        {"strategy_to_check", {"check", "--strategy", "sqlock"}, {"unknown strategy 'sqlock'", "nearest is 'seqlock'"}},
        {"strategy_to_bench", {"bench", "--strategy", "spsc_rin"}, {"unknown strategy 'spsc_rin'", "nearest is 'spsc_ring'"}},
        {"second_strategy", {"list", "--strategy", "seqlock", "--strategy", "sqlock"}, {"unknown strategy 'sqlock'"}},
        {"glob_that_matches_nothing", {"check", "--strategy", "sem*phor?"}, {"unknown strategy 'sem*phor?'", "nearest is"}},
        {"glob_of_controls", {"check", "--strategy", "racy_seqloc?"}, {"'racy_seqloc?'", "--controls"}},
        {"empty_strategy", {"check", "--strategy", ""}, {"unknown strategy ''"}},
        {"scenario_to_list", {"list", "--scenario", "ping_pog"}, {"unknown scenario 'ping_pog'", "nearest is 'ping_pong'"}},
        {"scenario_to_check", {"check", "--scenario", "streem"}, {"unknown scenario 'streem'", "nearest is 'stream'"}},
        {"scenario_to_bench",
         {"bench", "--scenario", "latest_valu"},
         {"unknown scenario 'latest_valu'", "nearest is 'latest_value'"}},
        {"kind", {"list", "--kind", "owm"}, {"unknown kind of strategy 'owm'", "nearest is 'own'"}},
        {"lane", {"check", "--lane", "proceses"}, {"unknown lane 'proceses'", "nearest is 'processes'"}},
        {"detector", {"selftest", "--detector", "tsam"}, {"unknown detector 'tsam'", "nearest is 'tsan'"}},
        {"control_that_is_none", {"selftest", "--control", "futex_mutex"}, {"--control 'futex_mutex'", "expected a control"}},
        {"control", {"selftest", "--control", "racy_seqlok"}, {"'racy_seqlok'", "nearest is 'racy_seqlock'"}},
        {"tsan_program",
         {"selftest", "--control", "racy_seqlock", "--detector", "tsan", "--tsan-program", "/bin/true"},
         {"--tsan-program '/bin/true'"}},
        {"junit_in_no_folder", {"check", "--junit", "/proc/nowhere/x.xml"}, {"--junit '/proc/nowhere/x.xml'"}},
        {"junit_that_is_a_folder", {"check", "--junit", "/tmp"}, {"--junit '/tmp'", "is a directory"}},
        {"shard_without_slash", {"explore", "--shard", "3"}, {"--shard '3'", "I/N"}},
        {"shard_beyond_the_last", {"explore", "--shard", "3/2"}, {"--shard", "from 1 to 2"}},
        {"merge_of_nothing", {"explore", "--merge", "/nonexistent/a.json"}, {"/nonexistent/a.json", "cannot be read"}},
        {"deaths_out_of_range", {"explore", "--deaths", "9"}, {"--deaths", "0 to 4"}},
        {"html_that_is_a_folder", {"explore", "--html", "/tmp"}, {"/tmp"}},
        {"replay_without_token", {"replay"}, {"token"}},
        {"replay_of_junk", {"replay", "junk"}, {"replay token: it has 1 fields of 10"}},
        {"replay_of_a_damaged_token",
         {"replay", "0.1.0/c/futex_mutex/contended_counter/operations=1/forked/memfd/0/-/00000000"},
         {"replay token: it is damaged"}},
        {"replay_of_another_version",
         {"replay", "0.0.9/c/futex_mutex/contended_counter/operations=1/forked/memfd/0/-/5583a243"},
         {"it is of shmlab 0.0.9, and this is shmlab"}},
        {"replay_of_an_unknown_strategy",
         {"replay", "0.1.0/c/futex_mutx/contended_counter/operations=1/forked/memfd/0/-/286c91e6"},
         {"unknown strategy 'futex_mutx'", "nearest is 'futex_mutex'"}},
        {"replay_of_a_damaged_execution",
         {"replay", "explore/0.1.0/c/futex_mutex/contended_counter/operations=1/1:1:0:0/-/0.1/00000000"},
         {"replay token: it is damaged"}},
        {"explore_without_a_pair",
         {"explore", "--strategy", "seqlock", "--scenario", "contended_counter"},
         {"nothing to explore: 'seqlock' does not fit 'contended_counter'"}},
        {"strategy_to_explore",
         {"explore", "--strategy", "futex_mutx"},
         {"unknown strategy 'futex_mutx'", "nearest is 'futex_mutex'"}},
        {"parameter_to_explore",
         {"explore", "--scenario", "contended_counter", "--param", "operatons=2"},
         {"'operatons'", "nearest is 'operations'"}},
        {"audit_of_nothing", {"audit"}, {"no strategy is given", "shmlab audit futex_mutex"}},
        {"strategy_to_audit", {"audit", "futex_mutx"}, {"unknown strategy 'futex_mutx'", "nearest is 'futex_mutex'"}},
        {"scenario_to_audit", {"audit", "futex_mutex", "--scenario", "stremm"}, {"unknown scenario 'stremm'", "'stream'"}},
        {"parameter_to_audit",
         {"audit", "futex_mutex", "--scenario", "contended_counter", "--param", "operatons=2"},
         {"'operatons'", "'operations'"}},
        {"audit_without_a_pair",
         {"audit", "seqlock", "--scenario", "contended_counter"},
         {"nothing to audit: 'seqlock' does not fit 'contended_counter'"}},
        {"budget_of_audit", {"audit", "futex_mutex", "--budget", "long"}, {"--budget", "'long'"}},
        {"preemptions", {"explore", "--preemptions", "many"}, {"--preemptions", "0", "100"}},
        {"region_to_check", {"check", "--region", "memfdd"}, {"unknown region kind 'memfdd'", "nearest is 'memfd'"}},
        {"region_to_bench", {"bench", "--region", "fil"}, {"unknown region kind 'fil'", "nearest is 'file'"}},
        {"parameter",
         {"check", "--scenario", "contended_counter", "--param", "particpants=2"},
         {"'particpants'", "nearest is 'participants'"}},
        {"pair_that_does_not_fit",
         {"check", "--strategy", "seqlock", "--scenario", "contended_counter"},
         {"'seqlock'", "'contended_counter'", "needs exclusive, has snapshot"}}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Numbers, CommandLine,
    ::testing::ValuesIn(std::vector<BadInput>{
        {"negative", {"check", "--seed", "-5"}, {"--seed is '-5'", "whole number from 0"}},
        {"too_large", {"check", "--seed", "18446744073709551616"}, {"--seed is '18446744073709551616'"}},
        {"hexadecimal", {"check", "--seed", "0x10"}, {"--seed is '0x10'"}},
        {"exponent", {"check", "--seed=1e99"}, {"--seed is '1e99'"}},
        {"empty", {"check", "--seed", ""}, {"--seed"}},
        {"zero_runs", {"check", "--runs", "0"}, {"--runs is '0'", "from 1 to"}},
        {"junk_runs", {"check", "--runs", "many"}, {"--runs is 'many'"}},
        {"too_many_runs", {"check", "--runs", "99999999999"}, {"--runs is '99999999999'"}},
        {"zero_repetitions", {"bench", "--repetitions", "0"}, {"--repetitions"}},
        {"participants_below_range",
         {"check", "--scenario", "contended_counter", "--param", "participants=1"},
         {"'participants'", "from 2 to"}},
        {"participants_above_range",
         {"check", "--scenario", "contended_counter", "--param", "participants=9999"},
         {"'9999'", "from 2 to"}},
        {"parameter_junk", {"check", "--scenario", "stream", "--param", "capacity=lots"}, {"'capacity'", "'lots'"}},
        {"parameter_empty", {"check", "--scenario", "stream", "--param", "capacity="}, {"'capacity'", "''"}},
        {"parameter_without_value", {"check", "--scenario", "stream", "--param", "capacity"}, {"'capacity'", "name=value"}},
        {"sweep_of_unknown_parameter",
         {"bench", "--scenario", "stream", "--sweep", "payload=8,64"},
         {"unknown parameter 'payload'", "nearest is 'payload_bytes'"}},
        {"sweep_junk", {"bench", "--scenario", "stream", "--sweep", "capacity=8,lots"}, {"'capacity'", "'lots'"}},
        {"sweep_gap", {"bench", "--scenario", "stream", "--sweep", "capacity=8,,64"}, {"'capacity'", "''"}},
        {"sweep_without_values", {"bench", "--scenario", "stream", "--sweep", "capacity"}, {"'capacity'", "name=value"}},
        {"waiting_unknown", {"bench", "--waiting", "pause,non"}, {"unknown --waiting 'non'", "nearest is 'none'"}},
        {"waiting_empty", {"bench", "--waiting", ""}, {"unknown --waiting ''"}},
        {"per_cpu_junk", {"bench", "--per-cpu", "2,two"}, {"--per-cpu is 'two'"}},
        {"per_cpu_unpinned", {"bench", "--per-cpu", "2", "--unpinned"}, {"--per-cpu", "--unpinned"}},
        {"cpu_quota_negative", {"bench", "--cpu-quota", "-1"}, {"--cpu-quota is '-1'"}},
        {"duration_without_unit", {"check", "--budget", "30"}, {"--budget is '30'", "such as 30s"}},
        {"duration_zero", {"check", "--budget", "0s"}, {"--budget is '0s'"}},
        {"duration_negative", {"check", "--budget", "-1s"}, {"--budget is '-1s'"}},
        {"duration_unknown_unit", {"check", "--budget", "5weeks"}, {"--budget is '5weeks'"}},
        {"duration_too_long", {"check", "--budget", "25h"}, {"--budget is '25h'", "24h"}},
        {"duration_exponent", {"check", "--budget", "1e99s"}, {"--budget is '1e99s'"}}}),
    name_of);

/// A file that is no result, for `shmlab report`.
struct BadFile {
  std::string name;
  std::string contents;
};
void PrintTo(const BadFile& bad, std::ostream* out) {
  *out << bad.name;
}

class ResultFile : public ::testing::TestWithParam<BadFile> {};
TEST_P(ResultFile, IsRefusedWithItsPath) {
  const TestDirectory directory;
  const std::string path = directory.file("result.json", GetParam().contents);
  expect_refusal(run_program({"report", path}), {path});
}

INSTANTIATE_TEST_SUITE_P(Bad, ResultFile,
                         ::testing::ValuesIn(std::vector<BadFile>{
                             {"empty", ""},
                             {"blank", " \n\t\n"},
                             {"no_json", "scenario,strategy,ns\nping_pong,spsc_ring,120\n"},
                             {"truncated", R"({"context": {"shmlab": {"schema_version": 1, "version")"},
                             {"foreign", R"({"name": "somebody else's", "values": [1, 2, 3]})"},
                             {"foreign_benchmark",
                              R"({"context": {"date": "2020-01-01"}, "benchmarks": [{"name": "BM_x", "real_time": 1}]})"},
                             {"another_version", R"({"context": {"shmlab": {"schema_version": 999}}, "benchmarks": []})"},
                             {"wrong_types", R"({"context": {"shmlab": {"schema_version": 1, "cases": 7}}, "benchmarks": {}})"},
                             {"array", "[1, 2, 3]"},
                             {"binary", std::string("\x7f"
                                                    "ELF\0\0\xff\xfe",
                                                    8)},
                             {"deeply_nested", std::string(200'000, '[') + std::string(200'000, ']')},
                             {"deeply_nested_and_truncated", std::string(200'000, '{')}}),
                         name_of);

TEST(Paths, AMissingResultIsRefused) {
  expect_refusal(run_program({"report", "/nonexistent/result.json"}), {"/nonexistent/result.json"});
}

TEST(Paths, ADirectoryIsNoResult) {
  const TestDirectory directory;
  expect_refusal(run_program({"report", directory.path()}), {directory.path()});
}

TEST(Paths, AResultThatMayNotBeReadIsRefused) {
  const TestDirectory directory;
  const std::string path = directory.file("result.json", "{}");
  ASSERT_EQ(chmod(path.c_str(), 0), 0);
  expect_refusal(run_program({.arguments = {"report", path}, .prepare = become_ordinary_user}), {path, "ermission"});
}

TEST(Paths, BenchRefusesADirectoryAsResult) {
  const TestDirectory directory;
  expect_refusal(run_program({"bench", "--profile", "smoke", "--out", directory.path()}), {directory.path()});
}

TEST(Paths, BenchRefusesAResultBelowAFile) {
  const TestDirectory directory;
  const std::string path = directory.file("plain", "") + "/result.json";
  expect_refusal(run_program({"bench", "--profile", "smoke", "--out", path}), {path});
}

TEST(Paths, BenchRefusesAResultThatMayNotBeWritten) {
  const TestDirectory directory;
  directory.close_to_all();
  const std::string path = directory.path("result.json");
  expect_refusal(run_program({.arguments = {"bench", "--profile", "smoke", "--out", path}, .prepare = become_ordinary_user}),
                 {path});
}

/// Standard output that cannot be written.
class Output : public ::testing::TestWithParam<Words> {};

TEST_P(Output, ThatIsFullIsAnError) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  const ProgramEnd end = run_program({.arguments = GetParam(), .output = full});
  close(full);
  expect_refusal(end, {"standard output", "No space left on device"});
}

TEST_P(Output, ThatIsClosedIsAnError) {
  const auto close_output = [] { return close(STDOUT_FILENO) == 0; };
  expect_refusal(run_program({.arguments = GetParam(), .prepare = close_output}), {"standard output"});
}

INSTANTIATE_TEST_SUITE_P(Bad, Output,
                         ::testing::Values(Words{"list"}, Words{"list", "--json"}, Words{"doctor"}, Words{"--help"},
                                           Words{"--version"}, Words{"check", "--help"},
                                           Words{"check", "--strategy", "futex_mutex", "--scenario", "uncontended", "--runs",
                                                 "1"}));

Words one_check(const std::string& region, const std::string& strategy = "futex_mutex") {
  return {"check", "--strategy", strategy, "--scenario", "contended_counter", "--region", region, "--runs", "4"};
}

TEST(Environment, ATmpdirThatIsNotThereIsRefused) {
  expect_refusal(run_program({.arguments = one_check("file"), .environment = {{"TMPDIR", "/nonexistent/folder"}}}),
                 {"/nonexistent/folder", "TMPDIR"});
}

TEST(Environment, ATmpdirThatIsAFileIsRefused) {
  const TestDirectory directory;
  const std::string path = directory.file("plain", "");
  expect_refusal(run_program({.arguments = one_check("file"), .environment = {{"TMPDIR", path}}}), {path, "not a directory"});
}

TEST(Environment, ATmpdirThatMayNotBeWrittenIsRefused) {
  const TestDirectory directory;
  directory.close_to_all();
  expect_refusal(
      run_program(
          {.arguments = one_check("file"), .environment = {{"TMPDIR", directory.path()}}, .prepare = become_ordinary_user}),
      {directory.path(), "ermission"});
}

TEST(Machine, AFullDevShmIsAnErrorAndNotASignal) {
  expect_refusal(run_program({.arguments = one_check("posix_shm"), .prepare = have_tiny_shm}), {});
}

TEST(Machine, ADevShmWithoutPermissionIsAnError) {
  if (!may_mount()) { GTEST_SKIP() << "mounting is not allowed here, or / is no mount point (a plain chroot)"; }
  const auto closed_shm = [] {
    if (enter_mount_namespace()) { return mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=0000") == 0 && become_ordinary_user(); }
    return false;
  };
  expect_refusal(run_program({.arguments = one_check("posix_shm"), .prepare = closed_shm}), {"ermission"});
}

}  // namespace
}  // namespace shmlab::cli::testing
