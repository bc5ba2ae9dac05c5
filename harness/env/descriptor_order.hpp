#pragma once

namespace shmlab::env {

/// What the kernel orders through a descriptor, told to ThreadSanitizer, which follows read(2) and write(2) only of descriptors whose opening it
/// saw, not of those that were duplicated or received. In other builds they do nothing.
/// Before a write: what came before it is seen by whoever reads afterwards.
void release_through(int descriptor);
/// After a read that returned what was written.
void acquire_through(int descriptor);

}  // namespace shmlab::env
