# What `cmake --install` leaves for other programs: libraries that find_package(Corpuscope COMPONENTS ...) finds.
include(CMakePackageConfigHelpers)

set(corpuscope_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Corpuscope)
set(corpuscope_package_template ${CMAKE_CURRENT_LIST_DIR}/CorpuscopeConfig.cmake.in)

# corpuscope_install_library(NAME HEADERS file... [FINDS line...])
# Installs corpuscope_NAME as Corpuscope::NAME, its headers as <prefix>/include/corpuscope/NAME/..., both also as the install
# component NAME. FINDS: commands by which a program that links it finds what it links in turn.
function(corpuscope_install_library name)
    cmake_parse_arguments(ARG "" "" "HEADERS;FINDS" ${ARGN})
    set_target_properties(corpuscope_${name} PROPERTIES EXPORT_NAME ${name})
    install(TARGETS corpuscope_${name} corpuscope_options EXPORT Corpuscope_${name}
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${name})
    install(FILES ${ARG_HEADERS} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/corpuscope/${name} COMPONENT ${name})
    install(EXPORT Corpuscope_${name} NAMESPACE Corpuscope:: FILE Corpuscope_${name}.cmake
            DESTINATION ${corpuscope_package_dir} COMPONENT ${name})

    list(JOIN ARG_FINDS "\n" CORPUSCOPE_FINDS)
    configure_package_config_file(${corpuscope_package_template} ${CMAKE_BINARY_DIR}/package/CorpuscopeConfig.cmake
        INSTALL_DESTINATION ${corpuscope_package_dir})
    write_basic_package_version_file(${CMAKE_BINARY_DIR}/package/CorpuscopeConfigVersion.cmake
        COMPATIBILITY SameMinorVersion)
    install(FILES ${CMAKE_BINARY_DIR}/package/CorpuscopeConfig.cmake
                  ${CMAKE_BINARY_DIR}/package/CorpuscopeConfigVersion.cmake
            DESTINATION ${corpuscope_package_dir} COMPONENT ${name})
endfunction()
