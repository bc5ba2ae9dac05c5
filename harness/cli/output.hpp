#pragma once

#include <stdexcept>
#include <string_view>

namespace shmlab::cli {

/// The reader of standard output has gone (`| head`): the program ends quietly.
class OutputClosed : public std::runtime_error {
 public:
  OutputClosed() : std::runtime_error("nobody reads standard output") {}
};

/// Called first: descriptors 0, 1 and 2 are open from here on, so that no region or file gets one of their numbers, and
/// writing to a closed pipe is an error code rather than a signal.
void prepare_standard_streams();

/// Writes `text` to standard output. Throws OutputClosed, or BadInput with the reason when it cannot be written.
void write_output(std::string_view text);

/// Pushes out what the C and C++ streams still hold; throws as write_output().
void finish_output();

}  // namespace shmlab::cli
