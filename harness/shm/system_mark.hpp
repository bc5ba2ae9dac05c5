#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace shmlab::shm {

/// An empty file "<prefix><fresh_name()>" in shm_directory that stands for an object of the system which outlives every process and of which nobody
/// can tell whose it is: made before the object and unlinked after it, so that there is no moment to be killed in which leaves an object that
/// nobody knows of. Whoever finds the file, finds the object by its name.
/// Throws BadInput when shm_directory cannot be written; `subject` begins the message.
std::string make_mark(std::string_view prefix, std::string_view subject);
/// Unlinks it; gone already is fine.
void remove_mark(std::string_view name);

/// The key of the System V object for which the file of that name stands; never IPC_PRIVATE. Two names may have the same one.
key_t key_of_mark(std::string_view name);

}  // namespace shmlab::shm
