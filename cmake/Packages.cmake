# The libraries that the project stands on; every one is a Debian package.
function(shmlab_require package debian_package)
  find_package(${package} QUIET)
  if(NOT ${package}_FOUND)
    # The leading blank keeps CMake from wrapping the line.
    message(FATAL_ERROR " shmlab needs ${package}: install the Debian package ${debian_package}, or run scripts/setup")
  endif()
endfunction()

shmlab_require(Threads libc6-dev)
shmlab_require(fmt libfmt-dev)
shmlab_require(nlohmann_json nlohmann-json3-dev)
shmlab_require(CLI11 libcli11-dev)
shmlab_require(pugixml libpugixml-dev)
shmlab_require(benchmark libbenchmark-dev)
shmlab_require(rapidcheck librapidcheck-dev)
if(SHMLAB_TESTS)
  shmlab_require(GTest libgtest-dev)
endif()
