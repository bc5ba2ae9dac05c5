#include "measure/system_files.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace shmlab::measure {
namespace {

constexpr std::string_view white_space = " \t\r\n\f\v";
/// No machine has more; keeps a malformed list from filling memory.
constexpr std::int64_t most_cpus = 1 << 16;

std::string_view without_quotes(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) { return {}; }
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end) { return std::nullopt; }
  return number;
}

std::vector<int> parse_cpu_list(std::string_view text) {
  std::vector<int> cpus;
  std::istringstream ranges{std::string(trimmed(text))};
  for (std::string range; std::getline(ranges, range, ',');) {
    const std::size_t dash = range.find('-');
    const auto first = parse_number(std::string_view(range).substr(0, dash));
    const auto last = dash == std::string::npos ? first : parse_number(std::string_view(range).substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first || *last >= most_cpus) { return {}; }
    for (std::int64_t cpu = *first; cpu <= *last; ++cpu) { cpus.push_back(static_cast<int>(cpu)); }
  }
  return cpus;
}

std::optional<std::string> chosen_word(std::string_view text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) { return std::nullopt; }
  return std::string(text.substr(open + 1, close - open - 1));
}

std::optional<std::string> SystemFiles::text(std::string_view path) const {
  std::ifstream file(at(path));
  if (!file) { return std::nullopt; }
  std::string content;
  // These files hold no NUL. A failing read (a directory, a driver's EIO) sets badbit here; a stream iterator would throw.
  std::getline(file, content, '\0');
  if (file.bad()) { return std::nullopt; }
  return content;
}

std::optional<std::string> SystemFiles::line(std::string_view path) const {
  const auto content = text(path);
  if (!content) { return std::nullopt; }
  return std::string(trimmed(std::string_view(*content).substr(0, content->find('\n'))));
}

std::optional<std::int64_t> SystemFiles::number(std::string_view path) const {
  const auto first = line(path);
  return first ? parse_number(*first) : std::nullopt;
}

std::optional<std::string> SystemFiles::value(std::string_view path, std::string_view key, char separator) const {
  std::istringstream lines(text(path).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t split = line.find(separator);
    if (split == std::string::npos || trimmed(std::string_view(line).substr(0, split)) != key) { continue; }
    return std::string(without_quotes(trimmed(std::string_view(line).substr(split + 1))));
  }
  return std::nullopt;
}

bool runs_on_hypervisor(const SystemFiles& files) {
  std::istringstream flags(files.value("proc/cpuinfo", "flags", ':').value_or(""));
  const std::istream_iterator<std::string> end;
  return std::find(std::istream_iterator<std::string>(flags), end, "hypervisor") != end;
}

std::optional<std::uint64_t> memory_info_bytes(const SystemFiles& files, std::string_view key) {
  std::istringstream value(files.value("proc/meminfo", key, ':').value_or(""));
  std::uint64_t kibibytes = 0;
  if (!(value >> kibibytes)) { return std::nullopt; }
  return kibibytes * 1024;
}

}  // namespace shmlab::measure
