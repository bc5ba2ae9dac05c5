#pragma once

namespace shmlab::crash {

/// Gives the calling process mounts of its own, as root or, where the kernel lets it, as anybody else (mount_namespaces(7), user_namespaces(7));
/// false where that is not permitted. For a child: there is no way back.
bool enter_own_mounts();

/// Mounts an empty tmpfs of so many bytes over a directory. false: not permitted.
bool mount_small(const char* directory, unsigned long bytes);

}  // namespace shmlab::crash
