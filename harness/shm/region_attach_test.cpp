#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "shm/region.hpp"
#include "shm/testing/leftovers.hpp"
#include "shm/testing/refusal.hpp"

namespace shmlab::shm {
namespace {

using std::chrono::milliseconds;
using testing::contains;
using testing::refusal_of;

constexpr std::uint64_t fingerprint = 0x1234'5678'9abc'def0;
constexpr std::size_t payload_bytes = 5'000;
constexpr AttachSpec as_created{.fingerprint = fingerprint, .payload_bytes = payload_bytes, .wait = milliseconds(50)};

/// A region of kind file that is ready, for a test to damage.
class Attach : public testing::LeavesNothing {
 protected:
  Attach() { region_.mark_ready(); }

  [[nodiscard]] std::string refusal(const AttachSpec& spec = as_created) const {
    return refusal_of([&] { Region::attach_name(RegionKind::file, region_.name(), spec); });
  }
  [[nodiscard]] std::byte* bytes() const { return region_.payload() - payload_offset; }

  Region region_ = Region::create({.kind = RegionKind::file, .payload_bytes = payload_bytes, .fingerprint = fingerprint});
};

struct Field {
  std::string_view name;
  std::size_t offset;
  std::size_t bytes;
  std::string_view message;
};

constexpr Field checked_fields[] = {
    {"magic", offsetof(RegionHeader, magic), 8, "not a region: magic: expected 0fff62616c6d6873, found "},
    {"layout_version", offsetof(RegionHeader, layout_version), 4, "layout version: expected 2, found "},
    {"kind", offsetof(RegionHeader, kind), 4, "kind: expected "},
    {"fingerprint", offsetof(RegionHeader, fingerprint), 8, "layout fingerprint: expected 123456789abcdef0, found "},
    {"payload_bytes", offsetof(RegionHeader, payload_bytes), 8, "payload size: expected 5000 bytes"},
    {"creator_start_time", offsetof(RegionHeader, creator_start_time), 8, "creator: process "},
    {"creator_pid", offsetof(RegionHeader, creator_pid), 4, "creator: process "},
    {"creator_check", offsetof(RegionHeader, creator_check), 8, "does not fit its check "},
    {"state", offsetof(RegionHeader, state), 4, "state: expected creating, ready or abandoned, found "},
};

class DamagedField : public Attach, public ::testing::WithParamInterface<Field> {};
INSTANTIATE_TEST_SUITE_P(Header, DamagedField, ::testing::ValuesIn(checked_fields),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST_P(DamagedField, is_refused_by_name_whichever_byte_differs) {
  for (std::size_t i = 0; i < GetParam().bytes; ++i) {
    std::byte& byte = bytes()[GetParam().offset + i];
    byte = ~byte;
    const std::string message = refusal();
    EXPECT_TRUE(contains(message, std::string(GetParam().message))) << "byte " << i;
    EXPECT_TRUE(contains(message, region_.name()));
    byte = ~byte;
  }
  EXPECT_NO_THROW(Region::attach_name(RegionKind::file, region_.name(), as_created)) << "undamaged again";
}

TEST_F(Attach, refuses_another_fingerprint_than_asked_for) {
  EXPECT_TRUE(contains(refusal({.fingerprint = 1}), "layout fingerprint: expected 0000000000000001, found 123456789abcdef0"));
}

TEST_F(Attach, refuses_another_size_than_asked_for) {
  EXPECT_TRUE(
      contains(refusal({.fingerprint = fingerprint, .payload_bytes = 64}), "payload size: expected 64 bytes, found 5000"));
}

TEST_F(Attach, refuses_another_kind_than_asked_for) {
  bytes()[offsetof(RegionHeader, kind)] = static_cast<std::byte>(RegionKind::posix_shm);
  EXPECT_TRUE(contains(refusal(), "kind: expected file, found posix_shm"));
}

TEST_F(Attach, takes_any_size_when_none_is_asked_for) {
  const Region attached = Region::attach_name(RegionKind::file, region_.name(), {.fingerprint = fingerprint});
  EXPECT_EQ(attached.payload_bytes(), payload_bytes);
}

TEST_F(Attach, refuses_a_region_that_its_creator_abandoned_at_once) {
  region_.abandon();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(contains(refusal({.fingerprint = fingerprint, .wait = std::chrono::minutes(5)}), "abandoned by its creator"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1));
}

TEST_F(Attach, refuses_a_truncated_file_without_touching_it) {
  for (const off_t size : {off_t{8191}, off_t{4097}, off_t{4096}}) {
    ASSERT_EQ(truncate(region_.name().c_str(), size), 0);
    EXPECT_TRUE(
        contains(refusal(), fmt::format("payload size: expected {} bytes in a file of that size, found 5000", size - 4096)));
  }
  for (const off_t size : {off_t{4095}, off_t{48}, off_t{1}, off_t{0}}) {
    ASSERT_EQ(truncate(region_.name().c_str(), size), 0);
    EXPECT_TRUE(contains(refusal(), fmt::format("file size: expected at least 4096 bytes, found {} bytes", size)));
  }
}

TEST_F(Attach, refuses_a_file_that_has_grown) {
  ASSERT_EQ(truncate(region_.name().c_str(), 20'000), 0);
  EXPECT_TRUE(contains(refusal(), "payload size: expected 15904 bytes in a file of that size, found 5000"));
}

TEST_F(Attach, refuses_a_file_that_others_may_open) {
  for (const mode_t mode : {mode_t{0640}, mode_t{0604}, mode_t{0620}, mode_t{0666}}) {
    ASSERT_EQ(chmod(region_.name().c_str(), mode), 0);
    EXPECT_TRUE(contains(refusal(), fmt::format("mode: expected 0600, found {:04o}", mode)));
  }
}

TEST_F(Attach, refuses_a_file_of_another_user) {
  if (geteuid() != 0) { GTEST_SKIP() << "only root can give a file away"; }
  constexpr uid_t nobody = 65534;
  ASSERT_EQ(chown(region_.name().c_str(), nobody, nobody), 0);
  EXPECT_TRUE(contains(refusal(), "owner: expected user 0, found user 65534"));
  ASSERT_EQ(chown(region_.name().c_str(), 0, 0), 0);
}

/// Files that were never regions, in a folder of their own.
class AttachForeign : public testing::LeavesNothing {
 public:
  AttachForeign() {
    std::string pattern = default_file_directory() + "/foreign-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~AttachForeign() override { std::filesystem::remove_all(folder_); }

 protected:
  [[nodiscard]] std::string path() const { return folder_ / name_; }
  void write(const std::string& content) const {
    std::ofstream(path()) << content;
    ASSERT_EQ(chmod(path().c_str(), S_IRUSR | S_IWUSR), 0);
  }
  [[nodiscard]] std::string refusal() const {
    return refusal_of([&] { Region::attach_name(RegionKind::file, path(), as_created); });
  }

  std::filesystem::path folder_;
  std::string name_ = fresh_name();
};

TEST_F(AttachForeign, refuses_a_name_that_no_region_has) {
  write(std::string(payload_offset + payload_bytes, 'x'));
  for (const std::string& name :
       {std::string("foreign"), name_ + "0", "sem." + name_, name_.substr(1), name_.substr(0, name_length - 1) + "G",
        name_.substr(0, name_length - 1) + "\x1b", std::string("..")}) {
    const auto why = refusal_of([&] { Region::attach_name(RegionKind::file, folder_ / name, as_created); });
    EXPECT_TRUE(contains(why, "the name is not allowed: expected shmlab-")) << name;
    EXPECT_TRUE(contains(refusal_of([&] { Region::attach_name(RegionKind::posix_shm, "/" + name, as_created); }), "not allowed"))
        << name;
  }
}

TEST_F(AttachForeign, refuses_text_and_noise) {
  write(std::string(payload_offset + payload_bytes, 'x'));
  EXPECT_TRUE(contains(refusal(), "not a region: magic: expected 0fff62616c6d6873, found 7878787878787878"));
}

TEST_F(AttachForeign, refuses_zeros) {
  write(std::string(payload_offset + payload_bytes, '\0'));
  EXPECT_TRUE(contains(refusal(), "not a region: magic: expected 0fff62616c6d6873, found 0000000000000000"));
}

TEST_F(AttachForeign, refuses_a_missing_file) {
  EXPECT_TRUE(contains(refusal(), "cannot be opened: No such file"));
}

TEST_F(AttachForeign, refuses_a_folder) {
  std::filesystem::create_directory(path());
  EXPECT_TRUE(contains(refusal(), "cannot be opened: Is a directory"));
}

TEST_F(AttachForeign, refuses_a_pipe_without_waiting_for_it) {
  ASSERT_EQ(mkfifo(path().c_str(), S_IRUSR | S_IWUSR), 0);
  EXPECT_TRUE(contains(refusal(), "expected a regular file"));
}

TEST_F(AttachForeign, refuses_a_link) {
  write("x");
  std::filesystem::rename(path(), folder_ / "target");
  std::filesystem::create_symlink(folder_ / "target", path());
  EXPECT_TRUE(contains(refusal(), "cannot be opened: Too many levels of symbolic links"));
}

TEST(AttachName, refuses_kinds_without_names) {
  for (const RegionKind kind : {RegionKind::memfd, RegionKind::anonymous}) {
    EXPECT_TRUE(contains(refusal_of([&] { Region::attach_name(kind, "/x", {}); }),
                         "has no names to attach to: expected posix_shm, file"));
  }
}

TEST(AttachDescriptor, refuses_what_is_not_an_open_regular_file) {
  EXPECT_TRUE(contains(refusal_of([] { Region::attach_fd(-1, {}); }), "descriptor -1: Bad file descriptor"));
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  EXPECT_TRUE(contains(refusal_of([&] { Region::attach_fd(null, {}); }), "expected a regular file"));
  close(null);
}

TEST(AttachDescriptor, refuses_a_memfd_whose_size_may_change) {
  const Region sealed = Region::create({.payload_bytes = payload_bytes});
  const int fd = memfd_create("loose", MFD_CLOEXEC);
  ASSERT_EQ(write(fd, sealed.payload() - payload_offset, payload_offset + payload_bytes),
            static_cast<ssize_t>(payload_offset + payload_bytes));
  EXPECT_TRUE(contains(refusal_of([&] { Region::attach_fd(fd, {}); }), "seals of a memfd: expected at least 0x6, found 0x1"));
  close(fd);
}

TEST_F(Attach, refuses_a_descriptor_of_another_user) {
  if (geteuid() != 0) { GTEST_SKIP() << "only root can give a file away"; }
  constexpr uid_t nobody = 65534;
  ASSERT_EQ(fchown(region_.fd(), nobody, nobody), 0);
  EXPECT_TRUE(
      contains(refusal_of([&] { Region::attach_fd(region_.fd(), as_created); }), "owner: expected user 0, found user 65534"));
  ASSERT_EQ(fchown(region_.fd(), 0, 0), 0);
}

TEST_F(Attach, refuses_an_address_inside_a_page) {
  AttachSpec spec = as_created;
  spec.address_hint = region_.payload() + 8;
  EXPECT_TRUE(contains(refusal(spec), "expected a multiple of 4096"));
}

TEST_F(Attach, refuses_a_descriptor_that_cannot_be_written) {
  const int fd = open(region_.name().c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_TRUE(contains(refusal_of([&] { Region::attach_fd(fd, as_created); }), "Permission denied"));
  close(fd);
}

}  // namespace
}  // namespace shmlab::shm
