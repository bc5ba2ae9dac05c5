#include "report/json_number.hpp"

#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace shmlab::report {

nlohmann::json json_number(double value) {
  if (!std::isfinite(value)) { return nullptr; }
  const std::string text = fmt::format("{:.9g}", value);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);  // cannot fail: format() wrote a number
  return rounded;
}

}  // namespace shmlab::report
