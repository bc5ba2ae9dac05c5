#include "report/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace shmlab::report {
namespace {

using nlohmann::json;

bool holds_object(const json& value) {
  return value.is_object() || (value.is_array() && std::any_of(value.begin(), value.end(), holds_object));
}

std::string on_one_line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void append(std::string& text, const json& value, std::size_t indent) {
  const bool object = value.is_object();
  if (value.empty() || !holds_object(value)) {
    text += on_one_line(value);
    return;
  }
  const std::string line = "\n" + std::string(indent + 2, ' ');
  text += object ? '{' : '[';
  std::string_view separator;
  for (auto member = value.begin(); member != value.end(); ++member) {
    text.append(separator).append(line);
    separator = ",";
    if (object) { text += on_one_line(member.key()) + ": "; }
    append(text, *member, indent + 2);
  }
  text.append("\n").append(indent, ' ') += object ? '}' : ']';
}

}  // namespace

std::string to_text(const nlohmann::json& value) {
  std::string text;
  append(text, value, 0);
  return text + "\n";
}

}  // namespace shmlab::report
