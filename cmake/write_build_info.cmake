# Script: cmake -DOUTPUT=… -DSOURCE_DIR=… -DVERSION=… -DCOMPILER=… -DFLAGS=… -DBUILD_TYPE=… -P write_build_info.cmake
set(COMMIT "")
find_program(GIT git)
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} describe --always --dirty
                  OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(COMMIT STREQUAL "")
  set(COMMIT "unknown")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/build_info_generated.hpp.in ${OUTPUT} @ONLY)
