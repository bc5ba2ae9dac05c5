#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/testing/child_setup.hpp"
#include "cli/testing/expect_refusal.hpp"
#include "cli/testing/program_run.hpp"

/// Environments that are odd, which must not matter, or that cannot do, which is told in one line.
namespace shmlab::cli::testing {
namespace {

using Words = std::vector<std::string>;

/// What is done in the child before it becomes the program.
struct Scene {
  std::string name;
  std::function<bool()> prepare;
};
void PrintTo(const Scene& scene, std::ostream* out) {
  *out << scene.name;
}
const auto name_of = [](const auto& parameter) { return parameter.param.name; };

bool set(const char* name, const char* value) {
  return setenv(name, value, 1) == 0;
}
bool limit(int resource, rlim_t most) {
  const rlimit both{most, most};
  return setrlimit(static_cast<__rlimit_resource>(resource), &both) == 0;
}
Words one_check(const std::string& region = "memfd") {
  return {"check", "--strategy", "futex_mutex", "--scenario", "contended_counter", "--region", region, "--runs", "4"};
}

class OddEnvironment : public ::testing::TestWithParam<Scene> {};
TEST_P(OddEnvironment, DoesNotMatter) {
  const ProgramEnd list = run_program({.arguments = {"list"}, .prepare = GetParam().prepare});
  ASSERT_TRUE(list.prepared);
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_EQ(list.err, "");
  EXPECT_NE(list.out.find("futex_mutex"), std::string::npos);
  EXPECT_EQ(list.out.find('\x1b'), std::string::npos) << "standard output is no terminal";
  const ProgramEnd check = run_program({.arguments = one_check(), .prepare = GetParam().prepare});
  EXPECT_EQ(check.exit_code, 0) << check.err;
  EXPECT_NE(check.out.find("1 ok, 0 violated"), std::string::npos) << check.out;
  expect_nothing_left(check);
}

INSTANTIATE_TEST_SUITE_P(Some, OddEnvironment,
                         ::testing::ValuesIn(std::vector<Scene>{
                             {"no_color_empty", [] { return set("NO_COLOR", ""); }},
                             {"no_color_odd", [] { return set("NO_COLOR", "\x1b[31m\n0"); }},
                             {"columns_junk", [] { return set("COLUMNS", "-1e99 or so"); }},
                             {"columns_huge", [] { return set("COLUMNS", "99999999999999999999"); }},
                             {"term_junk", [] { return set("TERM", "../../etc/passwd\x1b"); }},
                             {"lang_odd", [] { return set("LANG", "xx_YY.NOTHING") && set("LC_ALL", "/dev/null"); }},
                             {"tmpdir_empty", [] { return set("TMPDIR", ""); }},
                             {"no_home", [] { return unsetenv("HOME") == 0; }},
                             {"no_environment", [] { return clearenv() == 0 && set("LEFT", ""); }},
                             {"no_path", [] { return set("PATH", ""); }},
                             {"foreign_options",
                              [] { return set("TSAN_OPTIONS", "report_bugs=0:exitcode=0") && set("SHMLAB_SEED", "x"); }},
                             {"closed_input", [] { return close(STDIN_FILENO) == 0; }},
                             {"directory_that_is_gone",
                              [] {
                                char name[] = "/tmp/environment_test.XXXXXX";
                                return mkdtemp(name) != nullptr && chdir(name) == 0 && rmdir(name) == 0;
                              }},
                             {"every_signal_blocked",
                              [] {
                                sigset_t all{};
                                return sigfillset(&all) == 0 && sigprocmask(SIG_SETMASK, &all, nullptr) == 0;
                              }},
                             {"no_core", [] { return limit(RLIMIT_CORE, 0); }},
                             {"many_descriptors",
                              [] {
                                for (int i = 0; i < 100; ++i) {
                                  if (open("/dev/null", O_RDONLY) < 0) { return false; }
                                }
                                return true;
                              }}}),
                         name_of);

class PoorEnvironment : public ::testing::TestWithParam<Scene> {};
TEST_P(PoorEnvironment, IsToldInOneLine) {
  expect_refusal(run_program({.arguments = one_check(), .prepare = GetParam().prepare}), {});
}

INSTANTIATE_TEST_SUITE_P(Some, PoorEnvironment,
                         ::testing::ValuesIn(std::vector<Scene>{
                             {"no_descriptors", [] { return limit(RLIMIT_NOFILE, 4); }},
                             {"few_descriptors", [] { return limit(RLIMIT_NOFILE, 6); }},
                             {"some_descriptors", [] { return limit(RLIMIT_NOFILE, 8); }},
                             {"no_files", [] { return limit(RLIMIT_FSIZE, 0); }},
                             {"no_processes", [] { return become_ordinary_user() && limit(RLIMIT_NPROC, 0); }}}),
                         name_of);

/// Mounts of its own over /dev/shm; where that is not allowed there is nothing to test.
class ShmDirectory : public ::testing::TestWithParam<Scene> {};
TEST_P(ShmDirectory, ThatCannotBeUsedIsToldInOneLine) {
  if (!may_mount()) { GTEST_SKIP() << "mounting is not allowed here, or / is no mount point (a plain chroot)"; }
  const auto prepare = [] { return enter_mount_namespace() && GetParam().prepare(); };
  expect_refusal(run_program({.arguments = one_check("posix_shm"), .prepare = prepare}), {"/dev/shm"});
}

INSTANTIATE_TEST_SUITE_P(
    Some, ShmDirectory,
    ::testing::ValuesIn(std::vector<Scene>{
        {"read_only", [] { return mount("tmpfs", "/dev/shm", "tmpfs", MS_RDONLY, "") == 0; }},
        {"full", [] { return mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=4k") == 0; }},
        {"without_inodes", [] { return mount("tmpfs", "/dev/shm", "tmpfs", 0, "nr_inodes=1") == 0; }},
        {"not_searchable", [] { return mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=0600") == 0 && become_ordinary_user(); }}}),
    name_of);

}  // namespace
}  // namespace shmlab::cli::testing
