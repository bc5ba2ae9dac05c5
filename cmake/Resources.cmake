# shmlab_resource(<target> <file> <symbol>): the file's text is built into the target as the string_view shmlab::report::<symbol>, which
# report/html/resources.hpp declares.
function(shmlab_resource target file symbol)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} CONTENT)
  set(SYMBOL ${symbol})
  set(generated ${SHMLAB_GENERATED_DIR}/report/${symbol}.cpp)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/resource.cpp.in ${generated} @ONLY)
  target_sources(${target} PRIVATE ${generated})
endfunction()
