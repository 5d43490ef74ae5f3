build-clang/runtime/base/pool.o: runtime/base/pool.c runtime/base/pool.h

runtime/base/pool.h:
