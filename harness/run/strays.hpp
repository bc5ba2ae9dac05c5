#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "run/children.hpp"

namespace shmlab::run {

/// From now on, whoever is below this process and loses its parent becomes a child of it (prctl(2), PR_SET_CHILD_SUBREAPER), however it
/// tried to get away: fork(2) twice, setsid(2), a parent that dies. Not inherited by children.
void adopt_orphans();

/// Finds those whom this process, which adopts orphans, has not started: what its descendants left behind. Single-threaded callers only.
class Strays {
 public:
  /// Who is a child of this process now is none. Throws std::system_error.
  Strays();
  /// Only those who are `known` are none.
  explicit Strays(std::vector<pid_t> known);

  /// This child of the calling process is none either.
  void spare(pid_t pid) { known_.push_back(pid); }

  /// Kills all others and those whom they leave, and waits for their end. Call once everybody whom this process started meanwhile has
  /// been waited for. Returns what each called itself, as "participant 1"; empty: there was none.
  std::vector<std::string> end();

 private:
  [[nodiscard]] std::vector<pid_t> find() const;

  Children children_;
  std::vector<pid_t> known_;
};

}  // namespace shmlab::run
