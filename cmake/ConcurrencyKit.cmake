# Concurrency Kit is C, and one line of its ring does not compile as C++: a function that returns an address says "return false". C++ gets a copy
# that says NULL there, so that the ring is inlined as it is in C, and no call comes between. Without the package (libck-dev) there is no copy, and
# the peers say so in their rows.
set(SHMLAB_FOREIGN_DIR ${SHMLAB_GENERATED_DIR}/foreign) # a folder of system headers for the units of strategies
set(ck_copy ${SHMLAB_FOREIGN_DIR}/ck_ring_for_cxx.h)
find_path(SHMLAB_CK_INCLUDE ck_ring.h)
if(SHMLAB_CK_INCLUDE)
  file(READ ${SHMLAB_CK_INCLUDE}/ck_ring.h text)
  string(FIND "${text}" "_ck_ring_enqueue_reserve_mp(struct ck_ring *ring" function)
  string(SUBSTRING "${text}" 0 ${function} before)
  string(SUBSTRING "${text}" ${function} -1 after)
  string(FIND "${after}" "return false;" line)
  string(SUBSTRING "${after}" 0 ${line} inside)
  string(SUBSTRING "${after}" ${line} -1 after)
  string(REGEX REPLACE "^return false;" "return NULL;" after "${after}")
  file(WRITE ${ck_copy}.new "${before}${inside}${after}")
  file(COPY_FILE ${ck_copy}.new ${ck_copy} ONLY_IF_DIFFERENT)
  file(REMOVE ${ck_copy}.new)
else()
  file(REMOVE ${ck_copy})
endif()
