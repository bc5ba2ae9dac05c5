# Eclipse iceoryx is four shared libraries, which would make every exec of the program slower, and participants are exec'd. So what calls them is a
# shared object of its own beside the program, loaded when a case needs it. Without the package (libiceoryx-posh-dev) there is none, and the peer
# says so in its row.
find_package(iceoryx_posh QUIET)
if(TARGET iceoryx_posh::iceoryx_posh)
  add_library(shmlab_iceoryx MODULE ${PROJECT_SOURCE_DIR}/strategies/peers/parts/iceoryx_module.cpp)
  target_include_directories(shmlab_iceoryx PRIVATE ${PROJECT_SOURCE_DIR}/harness)
  target_link_libraries(shmlab_iceoryx PRIVATE iceoryx_posh::iceoryx_posh)
  set_target_properties(shmlab_iceoryx PROPERTIES CXX_VISIBILITY_PRESET hidden LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  add_dependencies(shmlab_env shmlab_iceoryx) # which loads it
endif()
