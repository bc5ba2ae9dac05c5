#include "shm/run_names.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "shm/region.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"
#include "shm/testing/refusal.hpp"

namespace shmlab::shm {
namespace {

using testing::Child;
using testing::contains;
using testing::entries_of_run;
using testing::refusal_of;

class RunNames : public testing::LeavesNothing {
 public:
  RunNames() {
    std::string pattern = default_file_directory() + "/names-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~RunNames() override { std::filesystem::remove_all(folder_); }

 protected:
  void leave(const std::string& name) const { std::ofstream(folder_ / name) << "left"; }
  [[nodiscard]] std::size_t left() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  std::filesystem::path folder_;
};

TEST_F(RunNames, have_one_length_no_slash_and_never_repeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = fresh_name();
    EXPECT_EQ(name.size(), name_length);
    EXPECT_EQ(name.find('/'), std::string::npos);
    EXPECT_TRUE(name.starts_with("shmlab-" + run_id() + "-"));
    EXPECT_TRUE(seen.insert(name).second);
  }
}

TEST_F(RunNames, those_of_this_run_are_known_from_all_others) {
  const std::string name = fresh_name();
  EXPECT_TRUE(is_name_of_this_run(name));
  std::string of_another = name;
  of_another[std::string("shmlab-").size() + 20] ^= 1;  // a random digit of the run: another one, or none
  const std::string long_one(1000, 'x');
  for (const std::string& other :
       {std::string(), std::string("shmlab-"), of_another, name + "0", "../" + name, "/" + name, long_one}) {
    EXPECT_FALSE(is_name_of_this_run(other)) << other;
  }
}

TEST_F(RunNames, run_id_is_inherited_by_a_forked_child) {
  const std::string& here = run_id();
  Child child([&] { return run_id() == here ? 0 : 1; });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(RunNames, run_id_can_be_adopted) {
  const std::string other(39, 'a');
  Child child([&] {
    adopt_run_id(other);
    return run_id() == other && fresh_name().starts_with("shmlab-" + other) ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(RunNames, run_id_of_another_shape_is_refused) {
  for (const std::string& id :
       {std::string(), std::string("../../etc"), std::string(38, 'a'), std::string(39, 'A'), std::string(40, 'a')}) {
    EXPECT_TRUE(contains(refusal_of([&] { adopt_run_id(id); }), "expected 39 lower-case hexadecimal digits")) << id;
  }
}

TEST_F(RunNames, sweep_takes_this_run_and_nothing_else) {
  leave(fresh_name());
  leave("sem." + fresh_name());
  leave("shmlab-" + std::string(39, 'a') + "-0123456789abcdef");
  leave("shmlab-" + run_id());
  leave("notes.txt");
  EXPECT_EQ(sweep(run_id(), folder_), 2U);
  EXPECT_EQ(left(), 3U);
  EXPECT_EQ(sweep(run_id(), folder_), 0U);
}

TEST_F(RunNames, sweep_leaves_folders_and_links_alone) {
  std::filesystem::create_directory(folder_ / fresh_name());
  std::filesystem::create_symlink("/dev/null", folder_ / fresh_name());
  EXPECT_EQ(sweep(run_id(), folder_), 0U);
  EXPECT_EQ(left(), 2U);
}

TEST_F(RunNames, sweep_finds_regions_that_a_killed_process_left) {
  Child victim([this] {
    const Region shm = Region::create({.kind = RegionKind::posix_shm, .payload_bytes = 1});
    const Region file = Region::create({.kind = RegionKind::file, .payload_bytes = 1, .directory = folder_});
    for (;;) { pause(); }
    return 0;
  });
  ASSERT_TRUE(testing::eventually([this] { return left() == 1; }));
  victim.kill();
  EXPECT_EQ(victim.wait(), Child::killed);
  EXPECT_EQ(entries_of_run(shm_directory).size(), 1U);
  EXPECT_EQ(sweep(run_id(), folder_), 2U);
}

TEST_F(RunNames, sweep_copes_with_a_missing_directory) {
  EXPECT_EQ(sweep(run_id(), "/nonexistent-directory"), 0U);
}

TEST_F(RunNames, stale_sweep_takes_runs_whose_leader_is_gone) {
  const std::string& id = run_id();
  constexpr std::size_t start_field = 6;
  std::string predecessor = id;
  predecessor.replace(start_field, 9, "000000001");
  leave("shmlab-" + predecessor + "-0123456789abcdef");
  leave("sem.shmlab-" + predecessor + "-0123456789abcdef");
  leave(fresh_name());
  sweep_stale(folder_);
  EXPECT_EQ(left(), 1U) << "only the living run's entry stays";
}

TEST_F(RunNames, stale_sweep_leaves_what_it_cannot_judge) {
  constexpr std::size_t start_field = 6;
  constexpr std::size_t namespace_field = 15;
  std::string unknown_start = run_id();
  unknown_start.replace(start_field, 9, "000000000");
  std::string other_namespace = run_id();
  other_namespace.replace(start_field, 9, "000000001").replace(namespace_field, 8, "00000001");
  leave("shmlab-" + unknown_start + "-0123456789abcdef");
  leave("shmlab-" + other_namespace + "-0123456789abcdef");
  sweep_stale(folder_);
  EXPECT_EQ(left(), 2U);
}

TEST_F(RunNames, file_directory_follows_the_environment) {
  Child child([this] {
    setenv("TMPDIR", folder_.c_str(), 1);
    if (default_file_directory() != folder_) { return 1; }
    setenv("TMPDIR", "", 1);
    if (default_file_directory() != "/tmp") { return 2; }
    unsetenv("TMPDIR");
    return default_file_directory() == "/tmp" ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace shmlab::shm
