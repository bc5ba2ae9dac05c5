#include "run/sanitizer_log.hpp"

#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "shm/run_names.hpp"

#if defined(__SANITIZE_THREAD__)
#define SHMLAB_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SHMLAB_THREAD_SANITIZER 1
#endif
#endif

namespace shmlab::run {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_with_prefix(const std::string& prefix) {
  const fs::path path(prefix);
  const std::string name = path.filename().string();
  std::vector<fs::path> files;
  std::error_code error;  // a directory that vanished holds no report
  for (const auto& entry : fs::directory_iterator(path.parent_path(), error)) {
    if (entry.path().filename().string().starts_with(name)) { files.push_back(entry.path()); }
  }
  return files;
}

}  // namespace

bool SanitizerLog::is_built_in() {
#if defined(SHMLAB_THREAD_SANITIZER)
  return true;
#else
  return false;
#endif
}

SanitizerLog::SanitizerLog() {
  if (is_built_in()) { prefix_ = (fs::path(shm::default_file_directory()) / shm::fresh_name()).string(); }
}

SanitizerLog::~SanitizerLog() {
  if (prefix_.empty()) { return; }
  std::error_code error;  // already gone is fine
  for (const fs::path& file : files_with_prefix(prefix_)) { fs::remove(file, error); }
}

std::optional<std::string> SanitizerLog::first_report() const {
  if (prefix_.empty()) { return std::nullopt; }
  constexpr std::string_view summary = "SUMMARY: ThreadSanitizer: ";
  for (const fs::path& path : files_with_prefix(prefix_)) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(summary)) { return line.substr(summary.size()); }
    }
    return "a report without a summary";
  }
  return std::nullopt;
}

}  // namespace shmlab::run
