#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace shmlab::report {

/// One line on standard error that says how far a job is and how long it will still take. It rewrites itself at most ten times
/// a second and disappears at the end. Nothing is written unless standard error is a terminal that can erase a line.
class Progress {
 public:
  /// Where the line goes and what time it is; a test brings its own.
  struct Terminal {
    std::function<void(std::string_view)> write;  ///< empty: nothing is shown
    std::function<std::chrono::nanoseconds()> now;
    unsigned width = 80;  ///< columns
  };
  /// Standard error, or a Terminal without `write` when that is no terminal, or TERM is "dumb" or not set.
  static Terminal standard_error();

  /// `total` units of work lie ahead.
  Progress(std::size_t total, std::string label, Terminal terminal = standard_error());
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// There is more work in all, or less, than was thought.
  void expect(std::size_t total) { total_ = total; }
  /// `units` more are done; `name` is shown as what the work is at.
  void advance(std::size_t units, std::string_view name);
  /// Erases the line. Later calls of advance() show nothing.
  void finish();

 private:
  void show(std::string_view name, std::chrono::nanoseconds elapsed);

  std::size_t total_;
  std::size_t done_ = 0;
  std::string label_;
  Terminal terminal_;
  std::chrono::nanoseconds started_{0};
  std::optional<std::chrono::nanoseconds> shown_;  ///< when last
};

/// "45 s", "3 min 20 s", "2 h 5 min"; "less than a second" below one.
std::string duration_text(std::chrono::nanoseconds duration);

}  // namespace shmlab::report
