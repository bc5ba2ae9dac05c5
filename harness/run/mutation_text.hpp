#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "explore/mutation.hpp"

/// A mutation as a field of a replay token: "load:ring.hpp:96:31:order:seq_cst:acquire"; "-" is none.
namespace shmlab::run {

std::string mutation_text(const std::optional<explore::Mutation>& mutation);
/// Throws BadInput: one line that says what is wrong with the token.
std::optional<explore::Mutation> read_mutation(std::string_view text);

}  // namespace shmlab::run
