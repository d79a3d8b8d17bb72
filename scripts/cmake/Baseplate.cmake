# The two functions that a group needs, and what they stand on.
#
# baseplate_add_library(NAME SOURCES a.cpp ... [LINK lib ...] [PCH plain|caf])
#   A static library with the project's flags. Without SOURCES it is header-only (INTERFACE).
#
# baseplate_add_group(NAME [LOGIC logic/x.cpp ...] [ACTORS x.cpp ...] [LOGIC_LINK lib ...] [LINK lib ...])
#   NAME_logic: pure code, links messages only. NAME: the actors, link NAME_logic and messages_caf.
#   Both carry the direction of dependency: what is not linked cannot be used.
#
# baseplate_add_test(NAME KIND LOGIC|ACTOR|FUZZ|SIMULATION|BENCH SOURCES a.cpp ... [LINK lib ...])
#   LOGIC, ACTOR, SIMULATION: a GoogleTest binary registered with ctest, one entry per test.
#   FUZZ: a libFuzzer binary under the fuzz preset; in the others a replay of its corpus.
#   BENCH: a Google Benchmark binary, built but not run by ctest.

function(baseplate_precompile target kind)
  if(NOT BASEPLATE_PCH)
    return()
  endif()
  if(NOT TARGET baseplate_pch_${kind})
    return()
  endif()
  target_precompile_headers(${target} REUSE_FROM baseplate_pch_${kind})
  if(kind STREQUAL "caf")
    target_link_libraries(${target} PRIVATE CAF::core)
  endif()
endfunction()

function(baseplate_add_library name)
  cmake_parse_arguments(A "" "PCH" "SOURCES;LINK" ${ARGN})
  if(A_SOURCES)
    add_library(${name} STATIC ${A_SOURCES})
    target_link_libraries(${name} PUBLIC baseplate_flags ${A_LINK})
    if(A_PCH)
      baseplate_precompile(${name} ${A_PCH})
    endif()
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE baseplate_flags ${A_LINK})
  endif()
endfunction()

function(baseplate_add_group name)
  cmake_parse_arguments(A "" "" "LOGIC;ACTORS;LOGIC_LINK;LINK" ${ARGN})
  baseplate_add_library(${name}_logic SOURCES ${A_LOGIC} LINK messages ${A_LOGIC_LINK} PCH plain)
  if(A_ACTORS)
    baseplate_add_library(${name} SOURCES ${A_ACTORS} LINK ${name}_logic messages_caf ${A_LINK} PCH caf)
  endif()
endfunction()

function(baseplate_add_test name)
  cmake_parse_arguments(A "" "KIND" "SOURCES;LINK" ${ARGN})
  if(A_KIND STREQUAL "FUZZ")
    if(BASEPLATE_FUZZ)
      add_executable(${name} ${A_SOURCES})
      target_link_libraries(${name} PRIVATE baseplate_flags ${A_LINK})
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
      add_executable(${name} ${A_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
      target_link_libraries(${name} PRIVATE baseplate_flags ${A_LINK})
      add_test(NAME ${name}.ReplaysItsCorpus
               COMMAND ${name} ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
    endif()
    return()
  endif()
  add_executable(${name} ${A_SOURCES})
  if(A_KIND STREQUAL "BENCH")
    target_link_libraries(${name} PRIVATE baseplate_flags ${A_LINK} benchmark::benchmark)
    return()
  endif()
  target_link_libraries(${name} PRIVATE baseplate_flags ${A_LINK} GTest::gmock GTest::gtest_main)
  if(NOT A_KIND STREQUAL "SIMULATION")
    # Tests of single parts are compiled more often than they run. GCC 12 sees faults at -O1 that are none.
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>
      $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-maybe-uninitialized -Wno-stringop-overread>)
  endif()
  if(A_KIND STREQUAL "LOGIC")
    baseplate_precompile(${name} plain)
  else()
    baseplate_precompile(${name} caf)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
endfunction()
