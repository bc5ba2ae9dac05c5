#pragma once

namespace shmlab::run {

/// Throws BadInput when this process was given rights that whoever started it does not have (set-user-ID, set-group-ID, file capabilities): names,
/// environment and plug-ins are theirs. To be called before anything else.
void refuse_foreign_rights();

}  // namespace shmlab::run
