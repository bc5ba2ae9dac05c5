#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): as it is called
class App;
}

namespace shmlab::cli {

/// Where a subcommand declares what may stand behind its name. `value` is what --help writes for an option's value. What is to be set must
/// live until the command line has been read. (The library that reads it is included in few files: it takes longer to compile than they do.)
class Options {
 public:
  /// Takes the text of a value. Throws BadInput, with the option's name, for one that is no good.
  using Read = std::function<void(const std::string&)>;

  explicit Options(CLI::App& app) : app_(&app) {}

  void flag(const std::string& name, bool& to, const std::string& help);
  /// An option that is given once at most. What `to` holds now is the default, and --help shows it.
  void text(const std::string& name, const std::string& value, std::string& to, const std::string& help);
  void text(const std::string& name, const std::string& value, std::optional<std::string>& to, const std::string& help);
  void text(const std::string& name, const std::string& value, Read read, const std::string& help);
  /// An option that may be given several times; `read` sees each value in turn.
  void texts(const std::string& name, const std::string& value, std::vector<std::string>& to, const std::string& help);
  void texts(const std::string& name, const std::string& value, const Read& read, const std::string& help);
  /// A whole number from low to high, all of which a To can hold.
  template <class To>
  void number(const std::string& name, std::uint64_t low, std::uint64_t high, To& to, const std::string& help) {
    read_number(name, low, high, [&to](std::uint64_t number) { to = static_cast<To>(number); }, help);
  }
  /// A time such as 500ms, 30s or 2m.
  template <class To>
  void time(const std::string& name, To& to, const std::string& help) {
    read_time(name, [&to](std::chrono::nanoseconds time) { to = static_cast<To>(time); }, help);
  }
  /// What stands there without an option's name: exactly one, or any number.
  void operand(const std::string& name, const std::string& value, std::string& to, const std::string& help);
  void operands(const std::string& name, std::vector<std::string>& to, const std::string& help);

  /// Once the command line has been read: what nobody declared.
  [[nodiscard]] std::vector<std::string> remaining() const;
  /// Throws BadInput for an argument that was not declared, with the nearest option that was.
  [[noreturn]] void refuse(const std::string& argument) const;

 private:
  void read_number(const std::string& name, std::uint64_t low, std::uint64_t high, const std::function<void(std::uint64_t)>& read,
                   const std::string& help);
  void read_time(const std::string& name, const std::function<void(std::chrono::nanoseconds)>& read, const std::string& help);

  CLI::App* app_;
};

}  // namespace shmlab::cli
