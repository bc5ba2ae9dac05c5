#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <system_error>

#include "cli/testing/child_setup.hpp"
#include "cli/testing/program_run.hpp"
#include "shm/testing/child.hpp"

/// Where `shmlab bench` makes the regions of its cases.
namespace shmlab::cli {
namespace {

namespace fs = std::filesystem;

/// Adds those that a process has now; false: it has ended.
bool add_lent_memories_of(pid_t process, std::set<ino_t>& to) {
  std::error_code error;  // it may end at any time
  bool is_there = false;
  for (auto entry = fs::directory_iterator(fs::path("/proc") / std::to_string(process) / "fd", error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    is_there = true;
    std::error_code closed;
    const std::string target = fs::read_symlink(entry->path(), closed).string();
    struct stat status{};
    if (target.starts_with("/memfd:shmlab lent ") && stat(entry->path().c_str(), &status) == 0) { to.insert(status.st_ino); }
  }
  return is_there;
}

/// The same of a process and of all that it has started.
bool add_lent_memories(pid_t process, std::set<ino_t>& to) {
  const std::string number = std::to_string(process);
  std::ifstream children(fs::path("/proc") / number / "task" / number / "children");
  for (pid_t child = 0; children >> child;) { add_lent_memories(child, to); }
  return add_lent_memories_of(process, to);
}

TEST(BenchMemory, IsTheSameForAllCasesOfARepetition) {
  const testing::TestDirectory folder;
  std::set<ino_t> seen;
  const testing::ProgramEnd end = testing::run_program(
      {.arguments = {"bench", "--profile", "smoke", "--scenario", "uncontended", "--strategy", "*futex_mutex", "--repetitions",
                     "3", "--benchmark_filter=uncontended", "--out", folder.path("result.json")},
       .meanwhile = [&](pid_t program) {
         EXPECT_TRUE(shm::testing::eventually([&] { return !add_lent_memories(program, seen); }));
       }});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(seen.size(), 3U) << "two strategies, three repetitions";
}

}  // namespace
}  // namespace shmlab::cli
