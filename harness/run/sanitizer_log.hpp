#pragma once

#include <optional>
#include <string>

namespace shmlab::run {

/// Where ThreadSanitizer reports of one run in the threads lane go. The files are counted, not the exit code: that one is lost
/// when the process is killed after its report. Empty in builds without ThreadSanitizer. The files go with the object.
class SanitizerLog {
 public:
  /// Whether this program was built with -fsanitize=thread.
  static bool is_built_in();

  SanitizerLog();
  ~SanitizerLog();
  SanitizerLog(const SanitizerLog&) = delete;
  SanitizerLog& operator=(const SanitizerLog&) = delete;

  /// For TSAN_OPTIONS log_path; ThreadSanitizer appends ".PID". Empty when not built in.
  [[nodiscard]] const std::string& prefix() const { return prefix_; }
  /// The summary line of the first report, or nothing when there is none.
  [[nodiscard]] std::optional<std::string> first_report() const;

 private:
  std::string prefix_;
};

}  // namespace shmlab::run
