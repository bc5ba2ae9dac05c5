#pragma once

#include <string>

namespace shmlab::report {

// Numbers for people: three significant digits. What is not finite is the empty string.

/// "1.43", "12.3", "512", "3470"; "0" and "<0.001".
std::string significant(double value);

/// "0.123 ns", "54.0 ns", "49.1 µs", "2.50 ms", "1.20 s".
std::string time_text(double ns);

/// "11.9–12.8": both in the unit that time_text() chooses for `ns`.
std::string time_range_text(double ns, double low_ns, double high_ns);

/// "812", "8.12 k", "81.2 M", "1.20 G".
std::string rate_text(double per_s);

/// "512 B", "32.0 KiB", "7.75 GiB".
std::string bytes_text(double bytes);

}  // namespace shmlab::report
