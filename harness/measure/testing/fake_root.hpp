#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace shmlab::measure {

/// A directory that stands in for / in a test, removed at the end.
class FakeRoot {
 public:
  FakeRoot() {
    std::string pattern = (std::filesystem::temp_directory_path() / "shmlab-root-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) { throw std::runtime_error("cannot make " + pattern); }
    path_ = pattern;
  }
  FakeRoot(const FakeRoot&) = delete;
  FakeRoot& operator=(const FakeRoot&) = delete;
  ~FakeRoot() {
    std::error_code ignored;  // a directory left behind is no reason to end the test program
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Writes a file, and the folders on the way to it.
  FakeRoot& write(std::string_view file, std::string_view text) {
    const std::filesystem::path target = path_ / file;
    std::filesystem::create_directories(target.parent_path());
    std::ofstream(target) << text;
    return *this;
  }
  /// Writes where a logical CPU is.
  FakeRoot& place_cpu(int cpu, int package, int core) {
    const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    write(folder + "physical_package_id", std::to_string(package) + "\n");
    return write(folder + "core_id", std::to_string(core) + "\n");
  }

 private:
  std::filesystem::path path_;
};

}  // namespace shmlab::measure
