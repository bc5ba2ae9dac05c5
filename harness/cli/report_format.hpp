#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace shmlab::cli {

enum class ReportFormat : std::uint8_t { terminal, html, markdown, csv, junit, json, github_action_benchmark, bencher };

/// The format called `name`. Throws BadInput with the nearest name.
ReportFormat report_format_from(const std::string& name);

/// What is asked for: the format called `name`, or without one what the suffix of the output file says, or without a file the terminal's tables.
/// Throws BadInput when the suffix says nothing.
ReportFormat report_format(const std::optional<std::string>& name, const std::optional<std::string>& output);

}  // namespace shmlab::cli
