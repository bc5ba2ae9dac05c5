#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "check/pattern.hpp"
#include "contract/acquired.hpp"

/// The one-line texts of violations. Compiled once here, and not in every scenario of every strategy.
namespace shmlab::check {

/// "record word 3 is 20, expected 30".
std::string differs(std::string_view what, std::uint64_t found, std::uint64_t expected);
/// "message is not whole: version 7, byte 17 of 64 is wrong".
std::string not_whole(std::string_view what, const Inspection& inspection, std::size_t bytes);
/// A payload that is not the one that was due: not whole, blank, or of another version.
std::string not_due(std::string_view what, const Inspection& inspection, std::size_t bytes, std::uint64_t expected);
/// "version went back from 9 to 8".
std::string went_back(std::string_view what, std::uint64_t from, std::uint64_t to);
/// lock() answered owner_died or not_recoverable in a run in which nobody dies.
std::string nobody_died(Acquired acquired);

}  // namespace shmlab::check
