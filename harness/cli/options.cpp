#include "cli/options.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <string_view>

#include "cli/option_value.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"

namespace shmlab::cli {

void Options::flag(const std::string& name, bool& to, const std::string& help) {
  app_->add_flag(name, to, help);
}

void Options::text(const std::string& name, const std::string& value, std::string& to, const std::string& help) {
  app_->add_option(name, to, to.empty() ? help : fmt::format("{} (default: {})", help, to))->option_text(value);
}

void Options::text(const std::string& name, const std::string& value, std::optional<std::string>& to, const std::string& help) {
  app_->add_option(name, to, help)->option_text(value);
}

void Options::text(const std::string& name, const std::string& value, Read read, const std::string& help) {
  app_->add_option_function<std::string>(name, read, help)->option_text(value);
}

void Options::texts(const std::string& name, const std::string& value, std::vector<std::string>& to, const std::string& help) {
  app_->add_option(name, to, help)->option_text(value)->allow_extra_args(false);
}

void Options::texts(const std::string& name, const std::string& value, const Read& read, const std::string& help) {
  const auto read_each = [read](const std::vector<std::string>& values) {
    for (const std::string& each : values) { read(each); }
  };
  app_->add_option_function<std::vector<std::string>>(name, read_each, help)->option_text(value)->allow_extra_args(false);
}

void Options::read_number(const std::string& name, std::uint64_t low, std::uint64_t high,
                          const std::function<void(std::uint64_t)>& read, const std::string& help) {
  text(name, "N", [=](const std::string& given) { read(whole_number(name, given, low, high)); }, help);
}

void Options::read_time(const std::string& name, const std::function<void(std::chrono::nanoseconds)>& read,
                        const std::string& help) {
  text(name, "TIME", [=](const std::string& given) { read(duration(name, given)); }, help);
}

void Options::operand(const std::string& name, const std::string& value, std::string& to, const std::string& help) {
  app_->add_option(name, to, help)->option_text(value)->required();
}

void Options::operands(const std::string& name, std::vector<std::string>& to, const std::string& help) {
  app_->add_option(name, to, help)->option_text(name + " ...");
}

std::vector<std::string> Options::remaining() const {
  return app_->remaining();
}

void Options::refuse(const std::string& argument) const {
  const std::string command = app_->get_name();
  if (!argument.starts_with('-')) {
    throw BadInput(fmt::format("unexpected argument '{}' for '{}'; see 'shmlab {} --help'", argument, command, command));
  }
  std::vector<std::string> options;
  for (const CLI::Option* option : app_->get_options()) {
    for (const std::string& name : option->get_lnames()) { options.push_back("--" + name); }
  }
  const std::vector<std::string_view> names(options.begin(), options.end());
  const std::string option = argument.substr(0, argument.find('='));
  throw BadInput(fmt::format("unknown option '{}' for '{}'; did you mean '{}'?", option, command, nearest(option, names)));
}

}  // namespace shmlab::cli
