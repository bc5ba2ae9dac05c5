#include "run/resource_limits.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <vector>

namespace shmlab::run {
namespace {

/// How a child ended that had these limits and then did `body`: its exit code, or minus its signal.
int ending_of(const ResourceLimits& limits, const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    limit_resources(limits);
    _exit(body());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(ResourceLimitsTest, DescriptorsRunOut) {
  EXPECT_EQ(ending_of({.descriptors = 20},
                      [] {
                        int opened = 0;
                        while (open("/dev/null", O_RDONLY) >= 0) { ++opened; }
                        return errno == EMFILE && opened < 20 ? EXIT_SUCCESS : EXIT_FAILURE;
                      }),
            EXIT_SUCCESS);
}

TEST(ResourceLimitsTest, AddressesRunOut) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers map terabytes, and have no limit";
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "sanitizers map terabytes, and have no limit";
#endif
#endif
  constexpr std::size_t mebibyte = 1 << 20;
  const auto maps = [](std::size_t bytes) {
    return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
  };
  EXPECT_EQ(ending_of({.address_bytes = 64 * mebibyte},
                      [&] {
                        const bool some = maps(16 * mebibyte);
                        const bool too_much = maps(64 * mebibyte);
                        return some && !too_much && errno == ENOMEM ? EXIT_SUCCESS : EXIT_FAILURE;
                      }),
            EXIT_SUCCESS);
}

TEST(ResourceLimitsTest, CpuTimeRunsOut) {
  EXPECT_EQ(ending_of({.cpu = std::chrono::seconds(0)},
                      [] {
                        for (volatile bool for_ever = true; for_ever;) {}
                        return EXIT_SUCCESS;
                      }),
            -SIGXCPU);
}

TEST(ResourceLimitsTest, NoCoreIsDumped) {
  EXPECT_EQ(ending_of({},
                      [] {
                        rlimit core{};
                        getrlimit(RLIMIT_CORE, &core);
                        return core.rlim_cur == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
                      }),
            EXIT_SUCCESS);
}

TEST(ResourceLimitsTest, TasksRunOutForAnOrdinaryUser) {
  if (geteuid() != 0) { GTEST_SKIP() << "needs root, to become a user who has no other tasks"; }
  constexpr uid_t nobody = 65534;
  EXPECT_EQ(ending_of({},
                      [] {
                        if (setresuid(nobody, nobody, nobody) != 0) { return EXIT_FAILURE; }
                        limit_tasks(3);
                        std::vector<pid_t> children;
                        while (children.size() < 100) {
                          const pid_t child = fork();
                          if (child < 0) { break; }
                          if (child == 0) {
                            prctl(PR_SET_PDEATHSIG, SIGKILL);
                            for (;;) { pause(); }
                          }
                          children.push_back(child);
                        }
                        const bool refused = children.size() < 100 && errno == EAGAIN;
                        for (const pid_t child : children) {
                          kill(child, SIGKILL);
                          waitpid(child, nullptr, 0);
                        }
                        return refused ? EXIT_SUCCESS : EXIT_FAILURE;
                      }),
            EXIT_SUCCESS);
}

}  // namespace
}  // namespace shmlab::run
