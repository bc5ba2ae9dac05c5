# The generated catalogue: two translation units a strategy file, each bound to every scenario (as it is measured, and under a tracer),
# and one that lists them all.
# A file in strategies/, strategies/controls/, strategies/peers/ or scenarios/ is all that it takes to be listed.
# Generated files are written only when their text changes, so that one strategy's change recompiles one unit.

# Names of the *.hpp in a folder, without folder and suffix.
function(shmlab_glob_names folder result)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.hpp)
  set(names "")
  foreach(file IN LISTS files)
    cmake_path(GET file STEM LAST_ONLY name)
    if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
      message(FATAL_ERROR " ${file}: the name of a strategy or scenario file must match [a-z][a-z0-9_]*.hpp")
    endif()
    list(APPEND names ${name})
  endforeach()
  set(${result} ${names} PARENT_SCOPE)
endfunction()

# Adds the translation units of one folder of strategies to the lists `units` and `strategies` of the caller.
# `path` is how the folder is written in #include lines and in the catalogue.
function(shmlab_bind_strategies folder path kind)
  shmlab_glob_names(${folder} names)
  foreach(name IN LISTS names)
    if(name IN_LIST strategies)
      message(FATAL_ERROR " ${path}/${name}.hpp: another folder has a strategy file of this name; choose another name")
    endif()
    set(file ${path}/${name}.hpp)
    foreach(unit IN ITEMS strategy traced_strategy)
      set(generated ${SHMLAB_GENERATED_DIR}/catalogue/${unit}_${name}.cpp)
      configure_file(${PROJECT_SOURCE_DIR}/cmake/${unit}.cpp.in ${generated} @ONLY)
      list(APPEND units ${generated})
    endforeach()
    list(APPEND strategies ${name})
  endforeach()
  set(units ${units} PARENT_SCOPE)
  set(strategies ${strategies} PARENT_SCOPE)
endfunction()

function(shmlab_generated_catalogue)
  set(units "")
  set(strategies "")
  shmlab_bind_strategies(${PROJECT_SOURCE_DIR}/strategies strategies own)
  shmlab_bind_strategies(${PROJECT_SOURCE_DIR}/strategies/controls strategies/controls control)
  shmlab_bind_strategies(${PROJECT_SOURCE_DIR}/strategies/peers strategies/peers peer)
  if(SHMLAB_EXTRA_STRATEGIES)
    shmlab_bind_strategies(${SHMLAB_EXTRA_STRATEGIES} ${SHMLAB_EXTRA_STRATEGIES} own)
  endif()
  set(strategy_declarations "")
  set(strategy_calls "")
  foreach(name IN LISTS strategies)
    string(APPEND strategy_declarations "std::vector<StrategyEntry> strategy_${name}();\n"
                                        "std::vector<std::vector<CaseCode>> traced_strategy_${name}();\n")
    string(APPEND strategy_calls "  append(catalogue.strategies, joined(strategy_${name}(), traced_strategy_${name}()));\n")
  endforeach()

  shmlab_glob_names(${PROJECT_SOURCE_DIR}/scenarios scenarios)
  set(scenario_includes "")
  set(scenario_lists "")
  set(scenario_calls "")
  foreach(name IN LISTS scenarios)
    string(APPEND scenario_includes "#include \"scenarios/${name}.hpp\"\n")
    string(APPEND scenario_lists ", scenarios::${name}::Plugins")
    string(APPEND scenario_calls
           "  append(catalogue.scenarios, bind_scenarios(scenarios::${name}::Plugins{}, \"scenarios/${name}.hpp\"));\n")
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/all_scenarios.hpp.in ${SHMLAB_GENERATED_DIR}/catalogue/all_scenarios.hpp @ONLY)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/catalogue.cpp.in ${SHMLAB_GENERATED_DIR}/catalogue/catalogue.cpp @ONLY)

  # Look-up (shmlab_catalogue) calls all(), which is generated; the generated code uses the types of the look-up's layer.
  add_library(shmlab_generated STATIC ${units} ${SHMLAB_GENERATED_DIR}/catalogue/catalogue.cpp)
  target_include_directories(shmlab_generated PRIVATE ${PROJECT_SOURCE_DIR} ${SHMLAB_GENERATED_DIR})
  target_link_libraries(shmlab_generated PUBLIC shmlab_catalogue)
  target_link_libraries(shmlab_catalogue INTERFACE shmlab_generated)
endfunction()
