#pragma once

namespace shmlab::report {

/// How text for people is laid out.
struct Style {
  bool colour = false;  ///< ANSI escapes for emphasis
  unsigned width = 0;   ///< columns to fit into; 0: no limit
};

/// The style for a file descriptor: colour on a terminal, unless NO_COLOR is set to anything (https://no-color.org) or TERM is
/// "dumb"; the width from COLUMNS when it is a positive number, else from the terminal, else no limit.
Style style_for(int fd);

}  // namespace shmlab::report
