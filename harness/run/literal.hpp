#pragma once

namespace shmlab::run {

/// Whether `text` is a string in the read-only part of this very program, as the names of files and functions in a trace are: then it is safe to
/// read, whoever wrote the pointer.
bool is_literal(const char* text);

}  // namespace shmlab::run
