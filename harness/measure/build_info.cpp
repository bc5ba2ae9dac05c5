#include "measure/build_info.hpp"

#include "measure/build_info_generated.hpp"

namespace shmlab::measure {

const BuildInfo& build_info() {
  static constexpr BuildInfo info{.version = generated::version,
                                  .commit = generated::commit,
                                  .compiler = generated::compiler,
                                  .flags = generated::flags,
                                  .build_type = generated::build_type};
  return info;
}

}  // namespace shmlab::measure
