# Language, warnings and ccache, for everything that is compiled here.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
set(CMAKE_COMPILE_WARNING_AS_ERROR ${SHMLAB_WERROR})
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)

# Building the same text a second time costs next to nothing where ccache is installed, also in another checkout: paths below
# this one count as relative. With precompiled headers it needs leave not to look into them (its manual, "Precompiled headers").
find_program(SHMLAB_CCACHE ccache)
if(SHMLAB_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=true
                                 CCACHE_SLOPPINESS=pch_defines,time_macros ${SHMLAB_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()
