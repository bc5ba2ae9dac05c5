#include "run/strays.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "run/child.hpp"
#include "run/children.hpp"
#include "run/lanes.hpp"
#include "run/result.hpp"
#include "run/runner.hpp"
#include "run/testing/plans.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::run {
namespace {

[[noreturn]] void sleep_for_good() {
  for (;;) { pause(); }
}

/// A child of this process, which adopts orphans, as all runners do.
template <class Body>
Child start(Body body) {
  const pid_t pid = fork();
  if (pid == 0) {
    body();
    _exit(EXIT_SUCCESS);
  }
  return Child(pid);
}

/// Of a process that starts it and ends at once.
void leave_daemon(const char* name) {
  start([name] {
    if (fork() != 0) { return; }
    setsid();
    prctl(PR_SET_PDEATHSIG, 0);
    prctl(PR_SET_NAME, name);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) { std::signal(signal, SIG_IGN); }
    sleep_for_good();
  }).reap();
}

bool lists(const Children& children, pid_t pid) {
  const std::vector<pid_t> now = children.list();
  return std::ranges::find(now, pid) != now.end();
}

TEST(ChildrenTest, AreListedUntilTheyAreWaitedFor) {
  const Children own(getpid());
  Child child = start(sleep_for_good);
  EXPECT_TRUE(lists(own, child.pid()));
  const pid_t pid = child.pid();
  child.kill();
  EXPECT_TRUE(lists(own, pid));
  child.reap();
  EXPECT_FALSE(lists(own, pid));
}

TEST(ChildrenTest, OfEveryThreadAreListed) {
  const Children own(getpid());
  std::jthread([&own] {
    const Child child = start(sleep_for_good);
    EXPECT_TRUE(lists(own, child.pid()));
  });
}

TEST(ChildrenTest, OfAnotherProcessAreListed) {
  const Child parent = start([] {
    if (fork() == 0) { sleep_for_good(); }
    sleep_for_good();
  });
  const Children its(parent.pid());
  EXPECT_TRUE(shm::testing::eventually([&] { return its.list().size() == 1; }));
}

TEST(StraysTest, AreNotThereWhenNobodyWasLeft) {
  Strays strays;
  start([] {}).reap();
  EXPECT_TRUE(strays.end().empty());
}

TEST(StraysTest, AreDaemonsThatLostTheirParent) {
  const Children own(getpid());
  const std::size_t before = own.list().size();
  Strays strays;
  leave_daemon("first");
  leave_daemon("second");
  ASSERT_EQ(own.list().size(), before + 2) << "orphans have to come to us";
  EXPECT_EQ(strays.end().size(), 2U);
  EXPECT_EQ(own.list().size(), before);
}

TEST(StraysTest, AreThoseBelowThemToo) {
  const Children own(getpid());
  const std::size_t before = own.list().size();
  Strays strays;
  start([] {
    if (fork() != 0) { return; }
    for (int i = 0; i < 50; ++i) {
      if (fork() == 0) { sleep_for_good(); }
    }
    sleep_for_good();
  }).reap();
  EXPECT_GE(strays.end().size(), 1U);
  EXPECT_EQ(own.list().size(), before);
}

TEST(StraysTest, AreNotThoseWhoWereThereBefore) {
  Child known = start(sleep_for_good);
  Strays strays;
  EXPECT_TRUE(strays.end().empty());
  EXPECT_EQ(kill(known.pid(), 0), 0);
}

class LeftBehindTest : public ::testing::TestWithParam<Lane> {};

TEST_P(LeftBehindTest, IsAFindingThatNamesWhoDidItAndNobodyIsLeft) {
  const Children own(getpid());
  const Plan plan = testing::plan_for("daemonising_lock", "contended_counter", 100, GetParam());
  prepare_lane(plan.lane);
  const std::vector<pid_t> before = own.list();
  for (int i = 0; i < 10; ++i) {
    const Result result = run_case(plan);
    EXPECT_EQ(result.verdict.judgement, Judgement::violated);
    EXPECT_EQ(result.detector, detector::supervisor);
    EXPECT_TRUE(result.verdict.why.starts_with("participant ")) << result.verdict.why;
    EXPECT_NE(result.verdict.why.find("behind"), std::string::npos) << result.verdict.why;
    EXPECT_EQ(own.list(), before);
  }
}

INSTANTIATE_TEST_SUITE_P(All, LeftBehindTest, ::testing::Values(Lane::processes, Lane::forked, Lane::threads),
                         [](const auto& lane) { return std::string(to_string(lane.param)); });

}  // namespace
}  // namespace shmlab::run
