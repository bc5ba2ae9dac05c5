#include "report/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace shmlab::report {
namespace {

using nlohmann::json;

bool holds_object(const json& value) {
  return value.is_object() || (value.is_array() && std::any_of(value.begin(), value.end(), holds_object));
}

/// What a JSON text has these characters for are strings alone, where another way to write them means the same (RFC 8259, 7).
void write_differently(std::string& text, std::string_view characters, std::string_view instead) {
  for (std::size_t at = text.find(characters); at != std::string::npos; at = text.find(characters, at + instead.size())) {
    text.replace(at, characters.size(), instead);
  }
}

std::string on_one_line(const json& value) {
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  write_differently(text, "</", "<\\/");
  write_differently(text, "<!", "\\u003c!");
  return text;
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
