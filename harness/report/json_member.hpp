#pragma once

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace shmlab::report {

// Members of a result's objects, whose shape has been checked.

inline const std::string& text_of(const nlohmann::json& object, const char* name) {
  return object.at(name).get_ref<const std::string&>();
}

/// NaN for null.
inline double number_of(const nlohmann::json& object, const char* name) {
  const nlohmann::json& value = object.at(name);
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

// Members that older results lack.

/// NaN for null and for what is not there.
inline double optional_number_of(const nlohmann::json& object, const char* name) {
  return object.contains(name) ? number_of(object, name) : std::numeric_limits<double>::quiet_NaN();
}
/// Empty for what is not there.
inline std::string optional_text_of(const nlohmann::json& object, const char* name) {
  return object.contains(name) ? text_of(object, name) : std::string();
}

}  // namespace shmlab::report
