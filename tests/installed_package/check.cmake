# cmake -DBUILD=build-folder -DWORK=scratch-folder -DGENERATOR=... -DCOMPILER=... [-DFLAGS=...] -P check.cmake
# Installs the component `kernels` of a build, builds the example against it, runs it.
file(REMOVE_RECURSE ${WORK})
set(quiet OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component kernels --prefix ${WORK}/prefix ${quiet})
execute_process(COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_PREFIX_PATH=${WORK}/prefix ${quiet})
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build ${quiet})
execute_process(COMMAND ${WORK}/build/example COMMAND_ERROR_IS_FATAL ANY)
