#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "contract/history.hpp"

namespace shmlab::check::testing {

/// Reads a history, one operation a line: participant, action, the value if it has one, "refused" if it was, start, end ("-": pending).
///   P0 publish 3  1 4
///   P1 receive refused  2 -
inline std::vector<Event> parse_history(std::string_view text) {
  std::vector<Event> events;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) { words.push_back(word); }
    if (words.empty()) { continue; }
    if (words.size() < 4 || words[0][0] != 'P') { throw std::invalid_argument("not an operation: " + line); }

    Event event;
    event.participant = static_cast<std::uint32_t>(std::stoul(words[0].substr(1)));
    bool is_known = false;
    for (int action = 0; action <= static_cast<int>(Action::receive); ++action) {
      if (to_string(static_cast<Action>(action)) == words[1]) {
        event.action = static_cast<Action>(action);
        is_known = true;
      }
    }
    if (!is_known) { throw std::invalid_argument("not an action: " + line); }
    for (std::size_t i = 2; i + 2 < words.size(); ++i) {
      if (words[i] == "refused") {
        event.succeeded = false;
      } else {
        event.value = std::stoull(words[i]);
      }
    }
    event.start = std::stoull(words[words.size() - 2]);
    event.end = words.back() == "-" ? Event::never : std::stoull(words.back());
    events.push_back(event);
  }
  return events;
}

}  // namespace shmlab::check::testing
