# How every target of the project is compiled, and the two functions that make them.
include(GNUInstallDirs)
include(CorpuscopePackage)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

add_library(corpuscope_options INTERFACE)
set_target_properties(corpuscope_options PROPERTIES EXPORT_NAME options)
target_compile_features(corpuscope_options INTERFACE cxx_std_20)
target_include_directories(corpuscope_options INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/corpuscope>)
target_compile_options(corpuscope_options INTERFACE
    "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic>>"
    "$<BUILD_INTERFACE:$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${CORPUSCOPE_WERROR}>>:-Werror>>")
if(CORPUSCOPE_SANITIZE)
    target_compile_options(corpuscope_options INTERFACE
        $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${CORPUSCOPE_SANITIZE};-fno-omit-frame-pointer>)
    target_link_options(corpuscope_options INTERFACE -fsanitize=${CORPUSCOPE_SANITIZE})
endif()

# corpuscope_library(NAME SOURCES file... [PUBLIC target...] [PRIVATE target...])
# A static library corpuscope_NAME, also known as Corpuscope::NAME.
function(corpuscope_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(corpuscope_${name} STATIC ${ARG_SOURCES})
    add_library(Corpuscope::${name} ALIAS corpuscope_${name})
    target_link_libraries(corpuscope_${name} PUBLIC corpuscope_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# corpuscope_test(NAME SOURCES file... LINK target...)
# A Qt Test program test_NAME that ctest runs offscreen, with CORPUSCOPE_TEST_DATA = tests/data.
function(corpuscope_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    add_executable(test_${name} ${ARG_SOURCES})
    set_target_properties(test_${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_compile_definitions(test_${name} PRIVATE CORPUSCOPE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
    target_link_libraries(test_${name} PRIVATE corpuscope_options Qt6::Test ${ARG_LINK})
    add_test(NAME ${name} COMMAND test_${name})
    set(environment QT_QPA_PLATFORM=offscreen CORPUSCOPE_MODELS=${PROJECT_SOURCE_DIR}/resources/models LC_ALL=C.UTF-8)
    if(CORPUSCOPE_SANITIZE)
        list(APPEND environment LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/leaks-of-libraries.supp
             TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/races-of-libraries.supp)
        if(CORPUSCOPE_SANITIZE MATCHES thread)
            # OpenMP's runtime waits in ways that the thread sanitizer does not see, and every loop would be reported.
            list(APPEND environment OMP_THREAD_LIMIT=1)
        endif()
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${environment}")
endfunction()
