#include "report/google_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace shmlab::report {
namespace {

constexpr std::string_view not_numbers[] = {"NaN", "-NaN", "Infinity", "-Infinity"};

/// The length of the string literal, quotes included, that `text` begins with.
std::size_t literal_length(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') { end += text[end] == '\\' ? 2 : 1; }
  return std::min(end + 1, text.size());
}

}  // namespace

nlohmann::json parse_google(std::string_view text) {
  std::string json;
  json.reserve(text.size());
  while (!text.empty()) {
    const auto* const word = std::ranges::find_if(not_numbers, [text](std::string_view each) { return text.starts_with(each); });
    const bool is_number = word == std::ranges::end(not_numbers);
    const std::size_t length = !is_number ? word->size() : text.front() == '"' ? literal_length(text) : 1;
    json += is_number ? text.substr(0, length) : "null";
    text.remove_prefix(length);
  }
  return nlohmann::json::parse(json);
}

}  // namespace shmlab::report
