build-clang/runtime/base/log.o: runtime/base/log.c runtime/base/log.h \
  runtime/base/clock.h

runtime/base/log.h:

runtime/base/clock.h:
