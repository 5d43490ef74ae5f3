build-clang/runtime/base/loop.o: runtime/base/loop.c runtime/base/loop.h

runtime/base/loop.h:
