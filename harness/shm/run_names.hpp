#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shmlab::shm {

/// Where the kernel keeps named shared memory and named semaphores.
inline constexpr std::string_view shm_directory = "/dev/shm";

/// Longest fresh_name(), in characters.
inline constexpr std::size_t name_length = 63;

/// Identifies everything that one run leaves in a file system: 39 lower-case hexadecimal digits that say who leads the run
/// (PID, start time, PID namespace) and hold 64 random bits. Made at the first call, which the leader makes before it forks:
/// its children inherit it.
const std::string& run_id();

/// The id that a run led by the calling process would have.
std::string new_run_id();

/// Joins the run of another process: for a participant that was started by exec, before it has threads.
/// Throws BadInput when `id` is not a run id.
void adopt_run_id(std::string_view id);

/// "shmlab-<run id>-<64 random bits>": a name that nobody else has or can guess; name_length characters, no slash.
std::string fresh_name();

/// Whether this run made the name. A participant that runs wild may write any into shared memory, and of others we remove none.
bool is_name_of_this_run(std::string_view name);

/// Whether a run made the name whose leader is certainly gone. Of runs of other PID namespaces that cannot be known.
bool is_name_of_a_dead_run(std::string_view name);

/// Throws BadInput for a name that does not have the form of fresh_name(): the list of names that are opened is closed. `subject` begins the message.
void require_run_name(std::string_view name, const std::string& subject);

/// Where regions of kind file lie by default: $TMPDIR, or /tmp.
std::string default_file_directory();

/// Unlinks what the run has left in shm_directory (regions and named semaphores), in `file_directory` and in /tmp (sockets of iceoryx, and their locks);
/// returns how many entries that were. Entries that vanish meanwhile are fine.
std::size_t sweep(std::string_view id, const std::string& file_directory = default_file_directory());

/// The same for every run of this user whose leader is certainly gone. Runs of other PID namespaces are left alone.
std::size_t sweep_stale(const std::string& file_directory = default_file_directory());

}  // namespace shmlab::shm
