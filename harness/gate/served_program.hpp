#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gate/contestant.hpp"
#include "run/child.hpp"
#include "run/message_socket.hpp"

namespace shmlab::gate {

/// Another build of this program, which runs as `PROGRAM observe` and measures what it is asked for: a line of JSON each way (see
/// observation_protocol.hpp). It dies with us.
class ServedProgram final : public Contestant {
 public:
  /// `arguments`: for its `observe`. `patience`: how long it may take for one answer. Throws BadInput, naming the program, when it cannot be started,
  /// or answers as no program of shmlab does; run::Interrupted.
  ServedProgram(std::filesystem::path program, const std::vector<std::string>& arguments,
                std::chrono::seconds patience = std::chrono::minutes(2));

  [[nodiscard]] const std::vector<std::string>& cases() const override { return cases_; }
  [[nodiscard]] const std::optional<std::vector<std::string>>& unsteady() const override { return unsteady_; }
  [[nodiscard]] std::size_t region_bytes(const std::string& name) const override;
  /// A program that has ended, or does not answer, is an error of each case from then on. Throws run::Interrupted.
  Observed observe(const Request& request) override;

  [[nodiscard]] const std::string& version() const { return version_; }  ///< version and commit
  [[nodiscard]] const std::string& machine() const { return machine_; }  ///< measure::Fingerprint::id

 private:
  /// The next line; nothing after the end or the patience: `fault_` says which.
  std::string next_line();

  std::filesystem::path program_;
  std::chrono::seconds patience_;
  run::Child child_;
  run::FileDescriptor requests_;
  run::FileDescriptor answers_;
  std::string pending_;  ///< read, and not yet a line
  std::string fault_;    ///< not empty: it is of no use any more
  std::vector<std::string> cases_;
  std::optional<std::vector<std::string>> unsteady_;
  std::map<std::string, std::size_t> region_bytes_;
  std::string version_;
  std::string machine_;
};

}  // namespace shmlab::gate
