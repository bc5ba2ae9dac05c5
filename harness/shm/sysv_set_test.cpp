#include "shm/sysv_set.hpp"

#include <gtest/gtest.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "shm/run_names.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::shm {
namespace {

using testing::Child;

/// The identifiers of all sets of the machine (proc(5), /proc/sysvipc/sem), as `ipcs -s` shows them.
std::set<int> sets() {
  std::ifstream table("/proc/sysvipc/sem");
  std::string line;
  std::getline(table, line);  // its heading
  std::set<int> ids;
  int key = 0;
  for (int id = 0; table >> key >> id; std::getline(table, line)) { ids.insert(id); }
  return ids;
}

class SysvSets : public testing::LeavesNothing {};

TEST_F(SysvSets, come_with_a_value_and_go_with_their_file) {
  const SysvSet set = create_sysv_set(3);
  EXPECT_EQ(semctl(set.id, 0, GETVAL), 3);
  EXPECT_TRUE(sets().contains(set.id));
  EXPECT_EQ(testing::entries_of_run(shm_directory), std::vector{set.name});
  remove_sysv_set(set.name);
  EXPECT_FALSE(sets().contains(set.id));
  EXPECT_EQ(testing::entries_of_run(shm_directory), std::vector<std::string>{});
  remove_sysv_set(set.name);  // a second time does nothing
}

TEST_F(SysvSets, differ) {
  const SysvSet one = create_sysv_set(0);
  const SysvSet other = create_sysv_set(0);
  EXPECT_NE(one.id, other.id);
  remove_sysv_set(one.name);
  EXPECT_TRUE(sets().contains(other.id));
  remove_sysv_set(other.name);
}

/// Whoever made it is killed, and the run's sweep, which knows names alone, takes it away.
TEST_F(SysvSets, that_a_killed_process_left_are_swept) {
  const std::set<int> before = sets();
  Child victim([] {
    create_sysv_set(1);
    return raise(SIGKILL);
  });
  EXPECT_EQ(victim.wait(), Child::killed);
  ASSERT_EQ(testing::entries_of_run(shm_directory).size(), 1U);
  const std::string name = testing::entries_of_run(shm_directory).front();
  EXPECT_TRUE(name.starts_with(sysv_prefix));
  std::set<int> left = sets();
  for (const int id : before) { left.erase(id); }
  EXPECT_GE(left.size(), 1U);  // others may make sets of their own meanwhile
  EXPECT_EQ(sweep(run_id()), 1U);
  std::size_t still_there = 0;
  for (const int id : sets()) {
    semid_ds status{};
    const bool is_known = semctl(id, 0, IPC_STAT, &status) == 0;
    still_there += left.contains(id) && is_known && status.sem_perm.cuid == geteuid() ? 1 : 0;
  }
  EXPECT_LT(still_there, left.size());
}

/// Killed between the file and the set: there is nothing but the file.
TEST_F(SysvSets, that_were_never_made_are_no_hindrance) {
  const std::string name = std::string(sysv_prefix) + fresh_name();
  std::ofstream(std::filesystem::path(shm_directory) / name).flush();
  EXPECT_EQ(sweep(run_id()), 1U);
}

}  // namespace
}  // namespace shmlab::shm
