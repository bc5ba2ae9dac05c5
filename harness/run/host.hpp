#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "run/child.hpp"

namespace shmlab::run {

/// A process that runs one participant, or all of them as threads.
class Host {
 public:
  Host(std::uint32_t first, std::uint32_t count) : first_(first), count_(count) {}
  virtual ~Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Becomes readable when the host is done with its participants, or has ended.
  [[nodiscard]] virtual int ready_fd() const = 0;
  /// After ready_fd() became readable: nothing when it did its work, otherwise how it ended.
  virtual std::optional<ExitStatus> conclude() = 0;
  /// Ends it now and waits until it is gone.
  virtual void kill() = 0;
  /// The process that was started for this case, if one was.
  [[nodiscard]] virtual std::optional<pid_t> own_process() const { return std::nullopt; }

  /// The participants it runs: first .. first + count - 1.
  [[nodiscard]] std::uint32_t first() const { return first_; }
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  std::uint32_t first_;
  std::uint32_t count_;
};

/// A host that is a child process for this case alone.
class ChildHost final : public Host {
 public:
  ChildHost(Child child, std::uint32_t first, std::uint32_t count) : Host(first, count), child_(std::move(child)) {}

  [[nodiscard]] int ready_fd() const override { return child_.pidfd(); }
  std::optional<ExitStatus> conclude() override {
    const ExitStatus status = child_.reap();
    return status.is_success() ? std::nullopt : std::optional(status);
  }
  [[nodiscard]] std::optional<pid_t> own_process() const override { return child_.pid(); }
  void kill() override {
    if (!child_.is_running()) { return; }
    child_.kill();
    child_.reap();
  }

 private:
  Child child_;
};

}  // namespace shmlab::run
