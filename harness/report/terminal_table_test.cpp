#include "report/terminal_table.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "report/printable.hpp"
#include "report/testing/sample_run.hpp"

namespace shmlab::report {
namespace {

constexpr Style plain{.colour = false, .width = 120};

TEST(TerminalTable, Golden) {
  EXPECT_EQ(terminal_table(testing::result(), plain),
            R"(run      shmlab 0.1.0 (abc1234), GNU 12.2.0 Release, 2025-01-31T12:00:00Z, 12.3 s, CPUs 0, 1
machine  Example CPU, 2 of 4 CPUs, virtual, Debian GNU/Linux 12, kernel 6.1.0, glibc 2.36
floor    cache line there and back 50.0 ns, system call 120 ns, uncontended atomic not measured, time stamp 9.50 ns
         (tsc)
warning  load average 3.2 on 2 CPUs: figures are too high (stop other programs)

ping_pong
  two participants answer each other in turn; measured: round trips per second, round-trip time
  2 participants, payload_bytes 8, processes, memfd
  strategy              median/op   interval   ops/s      p50     p99   p99.9     max  × floor   CPU/op  sw/op     bytes
  seqlock<far>            3.05 ns  3.00–3.10   328 M                                     0.006  6.10 ns      0  8.00 KiB
  unsynchronised          5.00 ns  5.00–5.00   200 M                                     0.100  10.0 ns      0  8.00 KiB
* spsc_ring               81.0 ns  79.0–84.0  12.3 M  82.0 ns  100 ns  100 ns  100 ns     1.62   162 ns      0  8.00 KiB
  bounded_b…tex_mutex>    26.5 µs  26.0–27.0  37.7 k                                       530  53.0 µs      0  8.00 KiB
  shown although every sample is far from the run's regime (floor above 1.5 times its median): seqlock<far>
  broken on purpose, so not ranked: unsynchronised
  2 of 5 samples left out, far from the run's regime (floor above 1.5 times its median): bounded_buffer<futex_mutex>

  2 participants, payload_bytes 64, processes, memfd
  strategy   median/op   ops/s  CPU/op  sw/op     bytes
  spsc_ring     120 ns  8.33 M  240 ns      0  8.00 KiB
  does not fit (needs exclusive, signal or channel; has snapshot): seqlock, other_lock

contended_counter
  all add to one record under one lock; measured: sections per second, time to acquire
  2 participants, operations 1000, processes, posix_shm
  strategy     median/op   interval   ops/s  × floor   Jain  min/max  handoffs/1k   CPU/op  sw/op     bytes
  futex_mutex    41.0 ns  40.0–42.0  24.4 M    0.820  0.987    0.800         12.0  82.0 ns      0  8.00 KiB

stream
  unavailable (the kernel has no robust futexes): robust
  failed (consumer sleeps for ever at step receive): stuck

* fastest of its table; interval: distribution-free, covers the median with at least 50 %; × floor: median/op over the
cache-line round trip probed beside each sample; Jain: fairness, 1 is equal shares; min/max: the smallest share over the
largest; CPU/op, sw/op: CPU time and context switches of all participants; a counter's /1k: for each 1,000 operations;
bytes: of shared memory, what strategy and scenario take
)");
}

TEST(TerminalTable, TellsApartHowTheyWaitedAndWhoWasTheQuickest) {
  CaseResult slow = testing::ping_pong("spsc_ring", {testing::sample(80)});
  CaseResult quick = testing::ping_pong("spsc_ring", {testing::sample(60)});
  quick.name += "/waiting=none";
  quick.waiting = "none";
  const std::vector<CaseResult> cases{slow, quick, testing::ping_pong("seqlock", {testing::sample(70)})};
  const std::string text = terminal_table(merge(testing::google(), testing::context(), cases, {}), plain);
  EXPECT_NE(text.find("  strategy   waiting  median/op"), std::string::npos) << text;
  EXPECT_NE(text.find("* spsc_ring  none"), std::string::npos) << text;
  EXPECT_NE(text.find("  quickest with 'none' between two looks: spsc_ring\n"), std::string::npos) << text;
}

TEST(TerminalTable, ACrowdAndAQuotaAreOtherJobs) {
  const CaseResult alone = testing::ping_pong("spsc_ring", {testing::sample(80)});
  CaseResult crowded = alone;
  crowded.name += "/per_cpu=2";
  crowded.participants_per_cpu = 2;
  CaseResult limited = alone;
  limited.name += "/cpu_quota=50";
  limited.cpu_quota_percent = 50;
  const std::vector<CaseResult> cases{alone, crowded, limited};
  const std::string text = terminal_table(merge(testing::google(), testing::context(), cases, {}), plain);
  EXPECT_NE(text.find("2 participants, payload_bytes 8, processes"), std::string::npos) << text;
  EXPECT_NE(text.find("2 participants, 2 on each CPU, payload_bytes 8"), std::string::npos) << text;
  EXPECT_NE(text.find("2 participants, 50 % of one CPU, payload_bytes 8"), std::string::npos) << text;
}

TEST(TerminalTable, ShowsASecondThingThatIsTimedAndSaysThatThereAreNoCounters) {
  CaseResult snapshot = testing::ping_pong("seqlock", {testing::sample(80)});
  snapshot.samples.front().latencies = {testing::latency("read", {100}), testing::latency("age", {600, 600})};
  RunContext context = testing::context();
  context.no_hardware_counters = "this machine has none";
  const std::string text = terminal_table(merge(testing::google(), context, std::vector{snapshot}, {}), plain);
  EXPECT_NE(text.find("age p99.9"), std::string::npos) << text;
  EXPECT_NE(text.find("300 ns"), std::string::npos) << text;
  EXPECT_NE(text.find("counters not available: this machine has none\n"), std::string::npos) << text;
}

TEST(TerminalTable, CannotBeHijacked) {
  const std::vector<CaseResult> cases{testing::hostile()};
  RunContext context = testing::context();
  context.build.commit = "\x1b[2J";
  context.warnings = {{"\x1b]0;title\x07", "\n", "\r"}};
  const std::vector<Skipped> skipped{{"n", "sce\x1bnario", "\x9b", "rea\nson", Cause::failed}};
  const std::string text = terminal_table(merge(testing::google(), context, cases, skipped), plain);
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_NE(text.find("  evil\\x1b[31m\\x0a\\xff  "), std::string::npos) << text;
  EXPECT_NE(text.find("\nsce\\x1bnario\n"), std::string::npos) << text;
}

TEST(TerminalTable, MarksTheBestInColour) {
  const std::string text = terminal_table(testing::result(), {.colour = true, .width = 120});
  EXPECT_NE(text.find("\x1b[1;32m* spsc_ring"), std::string::npos) << text;
  EXPECT_NE(text.find("\x1b[1mping_pong\x1b[0m\n"), std::string::npos) << text;
}

TEST(TerminalTable, FitsAnd120ColumnsAreEnoughForOrdinaryNames) {
  std::istringstream lines(terminal_table(testing::result(), plain));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(display_width(line), 120U) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

TEST(TerminalTable, ShowsWhereRowsDiffer) {
  std::vector<CaseResult> cases = testing::cases();
  cases.resize(2);
  cases[1].region = "posix_shm";
  cases[1].face = Face::signal;
  const std::string text = terminal_table(merge(testing::google(), testing::context(), cases, {}), plain);
  EXPECT_NE(text.find("face     region     median/op"), std::string::npos) << text;
  EXPECT_NE(text.find("signal   posix_shm    81.0 ns"), std::string::npos) << text;
  EXPECT_EQ(text.find("lane"), std::string::npos) << text;
}

TEST(TerminalTable, OfAnEmptyRunIsItsHeading) {
  RunContext context = testing::context();
  context.cpus.clear();
  context.floors = {};
  context.machine = {};
  context.warnings.clear();
  const std::string text = terminal_table(merge(testing::google(), context, {}, {}), plain);
  EXPECT_EQ(
      text,
      "run      shmlab 0.1.0 (abc1234), GNU 12.2.0 Release, 2025-01-31T12:00:00Z, 12.3 s, not pinned\n"
      "machine  unknown CPU, 0 of 0 CPUs, unknown OS, kernel unknown, glibc unknown\n"
      "floor    cache line there and back not measured, system call not measured, uncontended atomic not measured, time stamp\n"
      "         not measured (tsc)\n");
}

}  // namespace
}  // namespace shmlab::report
