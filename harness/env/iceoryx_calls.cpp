#include "env/iceoryx_calls.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "contract/error.hpp"

namespace shmlab::env {
namespace {

/// Beside the program; empty where /proc is not mounted.
std::string module_path() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string() : (program.parent_path() / "libshmlab_iceoryx.so").string();
}

const IceoryxCalls& load() {
  void* const module = dlopen(module_path().c_str(), RTLD_NOW | RTLD_LOCAL);  // for good: its runtime has a thread
  void* const entry = module == nullptr ? nullptr : dlsym(module, iceoryx_entry);
  if (entry == nullptr) {
    const char* const why = dlerror();
    throw Unavailable(std::string("iceoryx cannot be loaded: ") + (why == nullptr ? "no reason given" : why));
  }
  return *reinterpret_cast<IceoryxEntry>(entry)();
}

}  // namespace

const char* missing_iceoryx_module() {
  static const bool is_there = access(module_path().c_str(), R_OK) == 0;  // errno: whatever it is, it cannot be loaded
  return is_there ? "" : "this build lacks iceoryx (Debian package libiceoryx-posh-dev)";
}

const IceoryxCalls& iceoryx_calls() {
  static const IceoryxCalls& calls = load();
  return calls;
}

}  // namespace shmlab::env
