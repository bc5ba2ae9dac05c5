#pragma once

namespace shmlab::cli {

/// For a run that may use file regions: throws BadInput unless they can be put into $TMPDIR (or /tmp).
void require_file_directory();

}  // namespace shmlab::cli
