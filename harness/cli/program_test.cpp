#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "cli/testing/program_run.hpp"

namespace shmlab::cli::testing {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

json parsed_output(const Words& arguments, int exit_code = 0) {
  const ProgramEnd end = run_program(arguments);
  EXPECT_EQ(end.exit_code, exit_code) << end.err;
  EXPECT_EQ(end.err, "");
  expect_nothing_left(end);
  return json::parse(end.out);
}

std::set<std::string> keys_of(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) { keys.insert(key); }
  return keys;
}

const json& named(const json& entries, const std::string& name) {
  for (const json& entry : entries) {
    if (entry.at("name") == name) { return entry; }
  }
  ADD_FAILURE() << name << " is not listed";
  return entries.front();
}

TEST(List, HasTheShapeThatOthersRelyOn) {
  const json list = parsed_output({"list", "--json"});
  EXPECT_EQ(keys_of(list), (std::set<std::string>{"strategies", "scenarios"}));
  for (const json& strategy : list.at("strategies")) {
    EXPECT_EQ(keys_of(strategy), (std::set<std::string>{"name", "kind", "faces", "available", "reason", "limits", "waiting",
                                                        "contract", "source", "file"}));
    EXPECT_EQ(strategy.at("available").get<bool>(), strategy.at("reason") == "");
    for (const auto& [role, outcome] : strategy.at("contract").items()) { EXPECT_NE(outcome, "not_applicable") << role; }
  }
  for (const json& scenario : list.at("scenarios")) {
    EXPECT_EQ(keys_of(scenario), (std::set<std::string>{"name", "face", "roles", "invariants", "metrics"}));
  }
}

TEST(List, TellsWhatAStrategyIs) {
  const json list = parsed_output({"list", "--json"});
  const json& ring = named(list.at("strategies"), "spsc_ring");
  EXPECT_EQ(ring.at("kind"), "own");
  EXPECT_EQ(ring.at("faces"), json{"channel"});
  EXPECT_EQ(ring.at("limits").at("writers"), 1);
  EXPECT_EQ(ring.at("file"), "strategies/spsc_ring.hpp");
  EXPECT_EQ(named(list.at("strategies"), "locked_snapshot<futex_mutex>").at("kind"), "adapter");
  EXPECT_EQ(named(list.at("strategies"), "racy_seqlock").at("kind"), "control");
  EXPECT_EQ(named(list.at("scenarios"), "contended_counter").at("face"), "exclusive");
}

TEST(List, FiltersByNameKindAndGlob) {
  const json controls = parsed_output({"list", "--json", "--kind", "control", "--scenario", "ping*"});
  EXPECT_FALSE(controls.at("strategies").empty());
  for (const json& strategy : controls.at("strategies")) { EXPECT_EQ(strategy.at("kind"), "control"); }
  ASSERT_EQ(controls.at("scenarios").size(), 1U);
  EXPECT_EQ(controls.at("scenarios").front().at("name"), "ping_pong");
  const json one = parsed_output({"list", "--json", "--strategy", "futex_mutex"});
  EXPECT_EQ(one.at("strategies").size(), 1U);
}

TEST(List, PrintsATableOfEverything) {
  const ProgramEnd end = run_program({"list"});
  EXPECT_EQ(end.exit_code, 0);
  for (const char* name : {"futex_mutex", "seqlock", "spsc_ring", "contended_counter", "parent_child"}) {
    EXPECT_NE(end.out.find(name), std::string::npos) << name;
  }
  EXPECT_EQ(end.out.find('\x1b'), std::string::npos) << "escapes in a pipe";
}

TEST(Doctor, HasTheShapeThatOthersRelyOn) {
  const json doctor = parsed_output({"doctor", "--json"});
  EXPECT_EQ(keys_of(doctor), (std::set<std::string>{"machine", "warnings"}));
  EXPECT_GE(doctor.at("machine").at("logical_cpus").get<int>(), 1);
  for (const json& warning : doctor.at("warnings")) {
    EXPECT_EQ(keys_of(warning), (std::set<std::string>{"what", "effect", "remedy"}));
  }
  EXPECT_EQ(run_program({"doctor"}).exit_code, 0);
}

TEST(Check, PassesACorrectStrategy) {
  const json check = parsed_output({"check", "--strategy", "futex_mutex", "--scenario", "contended_counter", "--lane", "forked",
                                    "--runs", "40", "--seed", "1", "--json"});
  ASSERT_EQ(check.at("cases").size(), 1U);
  const json& only = check.at("cases").front();
  EXPECT_EQ(keys_of(only),
            (std::set<std::string>{"strategy", "scenario", "lane", "verdict", "detector", "runs", "seconds", "why", "replay"}));
  EXPECT_EQ(only.at("verdict"), "ok");
  EXPECT_EQ(only.at("runs"), 40);
}

TEST(Check, FindsARacyStrategyThatWasNamed) {
  const json check =
      parsed_output({"check", "--strategy", "racy_seqlock", "--scenario", "latest_value", "--budget", "40s", "--json"}, 1);
  bool violated = false;
  for (const json& each : check.at("cases")) {
    if (each.at("verdict") != "violated") { continue; }
    violated = true;
    EXPECT_TRUE(each.at("detector") == "invariant" || each.at("detector") == "schedules") << each.at("detector");
    EXPECT_TRUE(each.at("replay").get<std::string>().starts_with("shmlab replay ")) << each.at("replay");
  }
  EXPECT_TRUE(violated);
}

TEST(Check, WritesJUnitXml) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("program_test.{}.xml", getpid());
  parsed_output({"check", "--strategy", "unsynchronised", "--scenario", "contended_counter", "--lane", "scheduled", "--junit",
                 file.string(), "--json"},
                1);
  pugi::xml_document document;
  ASSERT_TRUE(document.load_file(file.c_str()));
  std::filesystem::remove(file);
  const pugi::xml_node suite = document.child("testsuites").child("testsuite");
  EXPECT_EQ(suite.attribute("failures").as_int(), 1);
  EXPECT_EQ(suite.child("testcase").attribute("classname").as_string(), std::string("unsynchronised"));
  EXPECT_TRUE(std::string(suite.child("testcase").child("failure").text().as_string()).starts_with("shmlab replay "));
}

std::string token_of_a_finding() {
  const json check = parsed_output(
      {"check", "--strategy", "racy_seqlock", "--scenario", "latest_value", "--lane", "scheduled", "--budget", "40s", "--json"},
      1);
  std::string line = check.at("cases").front().at("replay");
  return line.substr(line.rfind(' ') + 1);
}

TEST(Replay, ShowsAFindingAgainStepByStep) {
  const std::string token = token_of_a_finding();
  const json replay = parsed_output({"replay", token, "--times", "20", "--json"}, 1);
  EXPECT_EQ(keys_of(replay), (std::set<std::string>{"strategy", "scenario", "lane", "verdict", "detector", "why", "times",
                                                    "reproduced", "identical", "steps"}));
  EXPECT_EQ(replay.at("reproduced"), 20);
  EXPECT_EQ(replay.at("identical"), 20);
  EXPECT_FALSE(replay.at("steps").empty());
  const ProgramEnd text = run_program({"replay", token, "--times", "3"});
  EXPECT_EQ(text.exit_code, 1) << text.err;
  EXPECT_NE(text.out.find("reproduced 3 of 3 times, 3 of them step by step the same"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("racy_seqlock.hpp:"), std::string::npos) << text.out;
  expect_nothing_left(text);
}

TEST(Selftest, CatchesAControlAndSaysByWhom) {
  const json selftest = parsed_output(
      {"selftest", "--control", "private_futex_mutex", "--detector", "hang_watch", "--detector", "schedules", "--json"});
  const json& control = selftest.at("controls").at(0);
  EXPECT_EQ(control.at("name"), "private_futex_mutex");
  EXPECT_EQ(control.at("named_detector"), "hang_watch");
  EXPECT_EQ(control.at("caught"), true);
  ASSERT_EQ(control.at("by").size(), 2U);
  EXPECT_EQ(control.at("by").at(0).at("detector"), "hang_watch");
}

/// A budget in which nothing can be caught: what is missed is a finding.
TEST(Selftest, EndsWithOneWhenAControlIsMissed) {
  const ProgramEnd end =
      run_program({"selftest", "--control", "private_futex_mutex", "--detector", "hang_watch", "--budget", "1ms"});
  EXPECT_EQ(end.exit_code, 1) << end.out;
  EXPECT_NE(end.out.find("MISSED"), std::string::npos);
}

TEST(Check, LeavesControlsOutUnlessAskedFor) {
  const ProgramEnd end = run_program({"check", "--strategy", "*seqlock", "--scenario", "latest_value", "--runs", "2", "--json"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(end.out.find("racy_seqlock"), std::string::npos);
}

TEST(Check, ABudgetThatIsTooShortIsInconclusive) {
  const ProgramEnd end = run_program({"check", "--budget", "1ms"});
  EXPECT_EQ(end.exit_code, 3) << end.err;
  EXPECT_NE(end.out.find("the budget ended after"), std::string::npos);
  expect_nothing_left(end);
}

class Interrupt : public ::testing::TestWithParam<int> {};
TEST_P(Interrupt, CleansUp) {
  const auto interrupt = [](pid_t program) {
    // The first child is there: the runner has begun.
    const std::string children = fmt::format("/proc/{0}/task/{0}/children", program);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    std::string text;
    while (text.empty() && std::chrono::steady_clock::now() < end) { std::getline(std::ifstream(children), text); }
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    kill(program, GetParam());
  };
  const ProgramEnd end = run_program({.arguments = {"check", "--strategy", "named_semaphore", "--scenario", "contended_counter",
                                                    "--region", "posix_shm", "--budget", "1h"},
                                      .meanwhile = interrupt});
  EXPECT_EQ(end.exit_code, 130) << "signal " << end.signal;
  EXPECT_EQ(end.out, "");
  EXPECT_EQ(end.err, "shmlab: interrupted\n");
  expect_nothing_left(end);
}
INSTANTIATE_TEST_SUITE_P(Signals, Interrupt, ::testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST(Help, OfEverySubcommandEndsWithExamples) {
  for (const char* command : {"list", "bench", "check", "report", "doctor"}) {
    const ProgramEnd end = run_program({command, "--help"});
    EXPECT_EQ(end.exit_code, 0);
    EXPECT_EQ(end.err, "");
    const std::size_t examples = end.out.find("\nExamples:\n  shmlab " + std::string(command));
    ASSERT_NE(examples, std::string::npos) << end.out;
    std::istringstream lines(end.out.substr(end.out.find("  shmlab ", examples)));
    for (std::string line; std::getline(lines, line);) { EXPECT_TRUE(line.starts_with("  shmlab ")) << line; }
  }
}

TEST(Help, OfTheProgramNamesEverySubcommand) {
  const ProgramEnd end = run_program({"--help"});
  EXPECT_EQ(end.exit_code, 0);
  for (const char* command : {"list", "bench", "check", "report", "doctor", "Exit codes"}) {
    EXPECT_NE(end.out.find(command), std::string::npos) << command;
  }
}

TEST(Version, NamesVersionCommitAndCompiler) {
  const ProgramEnd end = run_program({"--version"});
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_TRUE(end.out.starts_with("shmlab ")) << end.out;
  EXPECT_NE(end.out.find("commit "), std::string::npos) << end.out;
}

TEST(Output, WhoseReaderHasGoneEndsTheProgramQuietly) {
  for (const bool ignored : {false, true}) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    const auto prepare = [ignored] { return std::signal(SIGPIPE, ignored ? SIG_IGN : SIG_DFL) != SIG_ERR; };
    const ProgramEnd end = run_program({.arguments = {"list"}, .output = ends[1], .prepare = prepare});
    close(ends[1]);
    EXPECT_EQ(end.exit_code, 141) << "signal " << end.signal;
    EXPECT_EQ(end.err, "");
  }
}

/// What the program writes to a terminal.
std::string terminal_output(const ProgramStart& given) {
  int master = -1;
  int slave = -1;
  EXPECT_EQ(openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
  ProgramStart start = given;
  start.output = slave;
  std::string text;
  std::thread reader([&] {
    char buffer[4096];
    for (ssize_t got = read(master, buffer, sizeof buffer); got > 0; got = read(master, buffer, sizeof buffer)) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
  });
  EXPECT_EQ(run_program(start).exit_code, 0);
  close(slave);
  reader.join();  // EIO: the last descriptor of the slave is closed
  close(master);
  return text;
}

TEST(Colour, IsForTerminalsThatWantIt) {
  const std::string coloured = terminal_output({.arguments = {"list"}, .environment = {{"TERM", "xterm"}}});
  EXPECT_NE(coloured.find("\x1b["), std::string::npos);
  const std::string plain = terminal_output({.arguments = {"list"}, .environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}}});
  EXPECT_NE(plain.find("futex_mutex"), std::string::npos);
  EXPECT_EQ(plain.find("\x1b["), std::string::npos);
}

}  // namespace
}  // namespace shmlab::cli::testing
