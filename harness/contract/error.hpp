#pragma once

#include <stdexcept>

namespace shmlab {

/// What the user gave (flag, file, name, environment, machine limit) cannot be used.
/// `what()` is one line that names the thing, what was expected and, where there is one, the nearest valid choice.
/// The program prints it on standard error and ends with exit code 2.
class BadInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A strategy, region kind or lane cannot be had on this machine or in this build; `what()` is the reason.
/// Becomes a row "unavailable" with its reason, never a silent gap.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace shmlab
