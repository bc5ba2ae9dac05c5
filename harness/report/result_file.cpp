#include "report/result_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "report/json_text.hpp"
#include "report/printable.hpp"
#include "report/result_sense.hpp"
#include "report/result_shape.hpp"

namespace shmlab::report {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file_bytes = std::size_t{64} << 20U;
constexpr int deepest_nesting = 64;

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { static_cast<void>(close()); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  /// 0, or -1 with errno: what was written did not arrive. Never to be repeated (close(2)), so the descriptor is given up first.
  int close() {
    const int fd = std::exchange(fd_, -1);
    return fd < 0 ? 0 : ::close(fd);
  }

 private:
  int fd_;
};

std::string error_text(int error) {
  return std::generic_category().message(error);
}

/// A file that is being read: what it is called in errors, and what was expected of it.
struct Source {
  const fs::path& path;
  std::string_view what;
  std::string_view wanted;
};

[[noreturn]] void refuse_reading(const Source& source, std::string_view why) {
  throw BadInput(fmt::format("{} '{}' {}", source.what, printable(source.path.native()), why));
}

[[noreturn]] void refuse_as_unwanted(const Source& source, std::string_view why) {
  refuse_reading(source, fmt::format("{}; expected {}", why, source.wanted));
}

[[noreturn]] void refuse_writing(const fs::path& path, std::string_view what, int error) {
  throw BadInput(fmt::format("cannot {} '{}': {}; expected a path that a result file can be written to", what,
                             printable(path.native()), error_text(error)));
}

std::string contents_of(const Source& source) {
  const Descriptor file(open(source.path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 65'536> block{};
  ssize_t got = file.is_open() ? 1 : -1;
  while (got > 0) {
    got = read(file.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) {
      got = 1;  // a signal that did not end the program: read again
      continue;
    }
    if (got > 0) { text.append(block.data(), static_cast<std::size_t>(got)); }
    if (text.size() > largest_file_bytes) { refuse_as_unwanted(source, "is larger than 64 MiB"); }
  }
  if (got < 0) {
    const int error = errno;
    refuse_as_unwanted(source, fmt::format("cannot be read: {}", error_text(error)));
  }
  return text;
}

nlohmann::json parsed(const Source& source, const std::string& text) {
  using nlohmann::json;
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) { refuse_as_unwanted(source, "is empty"); }
  // Copying and destroying a document recurses, so a file must not choose the depth.
  const auto limit_depth = [&source](int depth, json::parse_event_t /*event*/, json& /*value*/) {
    if (depth > deepest_nesting) { refuse_as_unwanted(source, "is nested too deeply"); }
    return true;
  };
  try {
    return json::parse(text, limit_depth);
  } catch (const json::parse_error& error) {
    if (error.byte > text.size()) { refuse_reading(source, "ends in the middle; expected the whole of a JSON file"); }
    refuse_as_unwanted(source, fmt::format("is not JSON at byte {}", error.byte));
  } catch (const json::exception&) { refuse_as_unwanted(source, "has a number that is out of range"); }
}

/// Writes and closes; 0 or errno.
int write_all(Descriptor& file, std::string_view text, bool to_disk) {
  while (!text.empty()) {
    const ssize_t put = write(file.get(), text.data(), text.size());
    if (put < 0 && errno != EINTR) { return errno; }
    if (put > 0) { text.remove_prefix(static_cast<std::size_t>(put)); }
  }
  // Before the rename, or a crash of the machine could leave the name with an empty file.
  if (to_disk && fsync(file.get()) != 0) { return errno; }
  return file.close() == 0 ? 0 : errno;
}

bool is_device_or_pipe(const fs::path& path) {
  std::error_code ignored;  // what cannot be looked at is left to open(), which says why
  const fs::file_status status = fs::status(path, ignored);
  return fs::is_character_file(status) || fs::is_fifo(status) || fs::is_socket(status) || fs::is_block_file(status);
}

void write_in_place(const fs::path& path, std::string_view text) {
  Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) { refuse_writing(path, "open", errno); }
  if (const int error = write_all(file, text, false); error != 0) { refuse_writing(path, "write to", error); }
}

void write_and_rename(const fs::path& path, std::string_view text) {
  fs::path temporary = path;
  temporary += fmt::format(".{}.tmp", getpid());
  Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file.is_open()) { refuse_writing(path, "create", errno); }
  if (const int error = write_all(file, text, true); error != 0) {
    static_cast<void>(unlink(temporary.c_str()));  // the write's error is the one to tell
    refuse_writing(path, "write to", error);
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    static_cast<void>(unlink(temporary.c_str()));  // likewise
    refuse_writing(path, "replace", error);
  }
}

}  // namespace

nlohmann::json load_result(const fs::path& path) {
  const Source source{path, "result file", "a result file of shmlab bench"};
  nlohmann::json result = parsed(source, contents_of(source));
  if (const std::string fault = shape_fault(result); !fault.empty()) { refuse_reading(source, printable(fault)); }
  if (const std::string fault = sense_fault(result); !fault.empty()) { refuse_reading(source, printable(fault)); }
  return result;
}

nlohmann::json load_json(const fs::path& path, std::string_view what, std::string_view wanted) {
  const Source source{path, what, wanted};
  return parsed(source, contents_of(source));
}

void write_result(const fs::path& path, const nlohmann::json& result) {
  write_text(path, to_text(result));
}

void write_text(const fs::path& path, std::string_view text) {
  if (is_device_or_pipe(path)) {
    write_in_place(path, text);
    return;
  }
  std::error_code ignored;  // when the link cannot be followed, the path itself is tried, and its error told
  const fs::path target = fs::canonical(path, ignored);
  write_and_rename(target.empty() ? path : target, text);
}

}  // namespace shmlab::report
