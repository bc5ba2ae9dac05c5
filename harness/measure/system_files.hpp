#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shmlab::measure {

/// Reads the text files in which Linux describes the machine (/proc, /sys, /etc), below a root that a test can choose.
/// What is missing, unreadable or malformed is nullopt.
class SystemFiles {
 public:
  explicit SystemFiles(std::filesystem::path root) : root_(std::move(root)) {}

  /// `path` relative to the root, without a leading slash.
  [[nodiscard]] std::filesystem::path at(std::string_view path) const { return root_ / path; }
  [[nodiscard]] std::optional<std::string> text(std::string_view path) const;
  /// The first line, without surrounding white space.
  [[nodiscard]] std::optional<std::string> line(std::string_view path) const;
  /// The first line as a decimal number.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view path) const;
  /// The value of the first line `key<separator>value`, as in /proc/cpuinfo, /proc/meminfo or /etc/os-release;
  /// white space and double quotes around the value are dropped.
  [[nodiscard]] std::optional<std::string> value(std::string_view path, std::string_view key, char separator) const;

 private:
  std::filesystem::path root_;
};

/// Where the kernel names the clock source that it uses.
inline constexpr std::string_view current_clock_source = "sys/devices/system/clocksource/clocksource0/current_clocksource";
/// Whether the processor says that it is a virtual one.
[[nodiscard]] bool runs_on_hypervisor(const SystemFiles& files);
/// A line of /proc/meminfo that is given in kB, in bytes.
[[nodiscard]] std::optional<std::uint64_t> memory_info_bytes(const SystemFiles& files, std::string_view key);

/// The whole text as a decimal number.
[[nodiscard]] std::optional<std::int64_t> parse_number(std::string_view text);
/// A kernel CPU or node list: "0-2,5" is 0, 1, 2, 5. A malformed one is empty.
[[nodiscard]] std::vector<int> parse_cpu_list(std::string_view text);
/// The chosen word of a list such as "always [madvise] never"; nullopt when none is in brackets.
[[nodiscard]] std::optional<std::string> chosen_word(std::string_view text);
/// Without white space at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace shmlab::measure
