#include "run/literal.hpp"

#include <link.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace shmlab::run {
namespace {

struct Search {
  std::uintptr_t address = 0;
  std::size_t readable = 0;  ///< bytes from there to the end of its segment; 0: in none
};

/// Called for the program first (dl_iterate_phdr(3)); libraries are of no interest.
int look_into_program(dl_phdr_info* object, std::size_t /*size*/, void* data) {
  auto& search = *static_cast<Search*>(data);
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
    const bool is_constant = segment.p_type == PT_LOAD && (segment.p_flags & PF_R) != 0 && (segment.p_flags & PF_W) == 0;
    if (is_constant && search.address >= begin && search.address - begin < segment.p_filesz) {
      search.readable = segment.p_filesz - (search.address - begin);
    }
  }
  return 1;
}

}  // namespace

bool is_literal(const char* text) {
  Search search{.address = reinterpret_cast<std::uintptr_t>(text)};
  dl_iterate_phdr(look_into_program, &search);
  return search.readable > 0 && strnlen(text, search.readable) < search.readable;
}

}  // namespace shmlab::run
