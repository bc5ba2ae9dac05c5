# measure/build_info_generated.hpp: what this build is made from. It is written again only when its text changes, so that a
# commit recompiles one translation unit, harness/measure/build_info.cpp.
function(shmlab_build_info target)
  set(header ${SHMLAB_GENERATED_DIR}/measure/build_info_generated.hpp)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}" flags)
  set(write ${CMAKE_COMMAND}
            "-DOUTPUT=${header}"
            "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}"
            "-DVERSION=${PROJECT_VERSION}"
            "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
            "-DFLAGS=${flags}"
            "-DBUILD_TYPE=${CMAKE_BUILD_TYPE}"
            -P ${PROJECT_SOURCE_DIR}/cmake/write_build_info.cmake)

  # Now, so that tools which read the compile database find it without a build; then before every build.
  execute_process(COMMAND ${write} COMMAND_ERROR_IS_FATAL ANY)
  add_custom_target(shmlab_build_info COMMAND ${write} BYPRODUCTS ${header} COMMENT "Looking up the commit" VERBATIM)
  add_dependencies(${target} shmlab_build_info)
  target_include_directories(${target} PRIVATE ${SHMLAB_GENERATED_DIR})
endfunction()
