# shmlab_layer(<name> [DEPENDS <layer>...] [LIBRARIES <target>...] [LABELS <label>...] [PARTICIPATES] [JSON] [JOINED])
#
# JSON: most of its files read or write it.
# JOINED: eight files are compiled at a time (SHMLAB_JOIN_LAYERS): what they instantiate of other people's templates is most of their cost, and is
# then paid once. What is local to a file needs a name that no other file of the layer has.
# harness/<name>/**.cpp becomes the library shmlab_<name> (an interface library when there are only headers), and
# harness/<name>/**_test.cpp, with what they share in testing/*.cpp, the test <name>_test, and harness/<name>/**_benchmark.cpp the program
# <name>_benchmark. A file *_alone_test.cpp is a test by itself: it includes what would spoil the others.
function(shmlab_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "PARTICIPATES;JSON;JOINED" "" "DEPENDS;LIBRARIES;LABELS")
  set(folder ${PROJECT_SOURCE_DIR}/harness/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$|/testing/")
  if(layer_PARTICIPATES) # shmlab_test() brings these
    list(FILTER tests EXCLUDE REGEX "/harness/run/testing/")
  endif()
  set(benchmarks ${sources})
  list(FILTER benchmarks INCLUDE REGEX "_benchmark\\.cpp$")
  set(alone ${sources})
  list(FILTER alone INCLUDE REGEX "_alone_test\\.cpp$")
  list(FILTER tests EXCLUDE REGEX "_benchmark\\.cpp$|_alone_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|_benchmark\\.cpp$|/testing/|/cli/main\\.cpp$")

  list(TRANSFORM layer_DEPENDS PREPEND shmlab_)
  if(sources)
    set(visibility PUBLIC)
    add_library(shmlab_${name} STATIC ${sources})
    set(headers shmlab_common_headers)
    if(layer_JSON)
      set(headers shmlab_json_headers)
    endif()
    target_precompile_headers(shmlab_${name} REUSE_FROM ${headers})
    if(layer_JOINED AND SHMLAB_JOIN_LAYERS)
      set_target_properties(shmlab_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
      # A parameter may have the name of what is local to another file. Each file is held to -Wshadow by itself when it is linted.
      target_compile_options(shmlab_${name} PRIVATE -Wno-shadow)
    endif()
  else()
    set(visibility INTERFACE)
    add_library(shmlab_${name} INTERFACE)
  endif()
  target_include_directories(shmlab_${name} ${visibility} ${PROJECT_SOURCE_DIR}/harness)
  target_link_libraries(shmlab_${name} ${visibility} ${layer_DEPENDS} ${layer_LIBRARIES} fmt::fmt Threads::Threads)

  if(layer_PARTICIPATES)
    set(participates PARTICIPATES)
  endif()
  if(SHMLAB_TESTS AND benchmarks)
    add_executable(${name}_benchmark ${benchmarks})
    target_include_directories(${name}_benchmark PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name}_benchmark PRIVATE shmlab_${name} benchmark::benchmark)
  endif()
  foreach(file IN LISTS alone)
    cmake_path(GET file STEM LAST_ONLY test)
    shmlab_test(${test} SOURCES ${file} LIBRARIES shmlab_${name})
  endforeach()
  shmlab_test(${name}_test SOURCES ${tests} LIBRARIES shmlab_${name} LABELS ${layer_LABELS} ${participates})
endfunction()

# shmlab_plugin_tests(<folder> DEPENDS <layer>... [LABELS <label>...])
#
# <folder>/**_test.cpp becomes the test <folder>_test.
function(shmlab_plugin_tests folder)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "" "" "DEPENDS;LABELS")
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*_test.cpp)
  list(TRANSFORM plugin_DEPENDS PREPEND shmlab_)
  shmlab_test(${folder}_test SOURCES ${tests} LIBRARIES ${plugin_DEPENDS} LABELS ${plugin_LABELS})
  if(TARGET ${folder}_test)
    # Threads that have to meet: beside another test that takes a CPU they seldom do.
    set_tests_properties(${folder}_test PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()

# For programs that lead a participant from instruction to instruction: no symbol is looked up on the way.
set(SHMLAB_BIND_NOW -Wl,-z,now)

# Tests take as long to compile as what they test, and longer under sanitizers: with less effort, since nothing is measured in them.
set(SHMLAB_TEST_OPTIONS $<$<CONFIG:Release>:-O1> CACHE STRING "Options that files of tests are compiled with beside all others")

# shmlab_precompiled(<name> HEADERS <header>... LIBRARIES <target>... [OPTIONS <option>...])
#
# The library <name>, whose precompiled headers others may use with REUSE_FROM: half of what most files cost to compile. Only headers of
# others: ccache takes an old one of our own for the new.
function(shmlab_precompiled name)
  cmake_parse_arguments(PARSE_ARGV 1 own "" "" "HEADERS;LIBRARIES;OPTIONS")
  file(CONFIGURE OUTPUT ${SHMLAB_GENERATED_DIR}/${name}.cpp CONTENT "// Only for the headers that are precompiled with it.\n")
  add_library(${name} STATIC ${SHMLAB_GENERATED_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE ${own_LIBRARIES} Threads::Threads)
  target_compile_options(${name} PRIVATE ${own_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${own_HEADERS})
endfunction()

set(SHMLAB_COMMON_HEADERS <fmt/format.h> <algorithm> <chrono> <functional> <map> <memory> <optional> <span> <string> <vector>)
shmlab_precompiled(shmlab_common_headers HEADERS ${SHMLAB_COMMON_HEADERS} LIBRARIES fmt::fmt)
# Apart, since to load it costs half a second.
shmlab_precompiled(shmlab_json_headers HEADERS ${SHMLAB_COMMON_HEADERS} <nlohmann/json.hpp> LIBRARIES fmt::fmt nlohmann_json::nlohmann_json)
if(SHMLAB_TESTS)
  shmlab_precompiled(shmlab_test_headers HEADERS <gtest/gtest.h> <rapidcheck/gtest.h> LIBRARIES GTest::gtest rapidcheck fmt::fmt
                     OPTIONS ${SHMLAB_TEST_OPTIONS})
endif()

# shmlab_test(<name> SOURCES <file>... LIBRARIES <target>... [LABELS <label>...] [PARTICIPATES])
#
# One program and one test of ctest; nothing when there are no sources. The target <label>_tests builds all of a label.
# PARTICIPATES: the program starts itself again as the participants of a run, so it brings its own main function and helpers
# (harness/run/testing/*.cpp), and has the machine to itself.
function(shmlab_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "PARTICIPATES" "" "SOURCES;LIBRARIES;LABELS")
  if(NOT SHMLAB_TESTS OR NOT test_SOURCES)
    return()
  endif()
  set(gtest GTest::gtest_main)
  set(bind_now "")
  if(test_PARTICIPATES)
    file(GLOB participant CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/harness/run/testing/*.cpp)
    list(APPEND test_SOURCES ${participant})
    set(gtest GTest::gtest)
    set(bind_now ${SHMLAB_BIND_NOW})
  endif()

  add_executable(${name} ${test_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${test_LIBRARIES} ${gtest} rapidcheck)
  target_link_options(${name} PRIVATE ${bind_now})
  target_compile_options(${name} PRIVATE ${SHMLAB_TEST_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM shmlab_test_headers)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 1200 LABELS "${test_LABELS}" RUN_SERIAL ${test_PARTICIPATES})
  foreach(label IN LISTS test_LABELS)
    if(NOT TARGET ${label}_tests)
      add_custom_target(${label}_tests)
    endif()
    add_dependencies(${label}_tests ${name})
  endforeach()
endfunction()

# The program itself, in the root of the build folder.
function(shmlab_program)
  add_executable(shmlab ${PROJECT_SOURCE_DIR}/harness/cli/main.cpp)
  target_link_libraries(shmlab PRIVATE shmlab_cli)
  target_link_options(shmlab PRIVATE ${SHMLAB_BIND_NOW})
  if(TARGET cli_test)
    add_dependencies(cli_test shmlab)
  endif()
endfunction()

# shmlab_script_test(<name>): scripts/<name> passes when it ends with 0.
function(shmlab_script_test name)
  if(SHMLAB_TESTS)
    add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/scripts/${name})
  endif()
endfunction()
